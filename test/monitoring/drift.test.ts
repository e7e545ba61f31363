import { describe, expect, it } from 'vitest';
import { DEPLOYMENT, NOW, prediction, range, startTestMonitoring, VERSION } from '../support/monitoring.ts';
import { seededRandom } from '../support/seeded-random.ts';

const normal = (next: () => number): number => range(0, 12).reduce((sum) => sum + next(), -6);

const REPORT = `query ($input: DriftReportInput!) { driftReport(input: $input) {
  severity preset reference { predictions used deployment { id } } current { predictions used }
  score { name severity psi ksD referenceCount currentCount }
  features { name kind severity psi psiNullLevel binnedP ksD ksP ksMethod adjustedP referenceCount currentCount
    currentStatuses { name count } bins { edges reference current } } } }`;

const at = (day: number, ms = 0): string => new Date(NOW.getTime() - day * 86_400_000 + ms).toISOString();
const windows = { reference: { from: at(9), to: at(8) }, current: { from: at(2), to: at(1) } };

const rows = (from: number, day: number, shift: number, next: () => number) =>
  range(from, from + 900).map((n) =>
    prediction(n, {
      occurredAt: at(day, n),
      score: Math.min(1, Math.max(0, 0.5 + normal(next) / 10)),
      inputs: { distance: n % 1_000, airline: n % 2 ? 'AA' : 'UA', gate: n % 3 ? null : 'B7' },
      features: {
        route__delay: { value: normal(next) + shift, status: 'PRESENT', ageMs: 1 },
        route__hops:
          n % 3 === 0
            ? { value: null, status: 'NOT_FOUND', ageMs: null }
            : { value: normal(next), status: 'PRESENT', ageMs: 1 },
        route__late: { value: n % 2 === 0, status: 'PRESENT', ageMs: 1 },
      },
    }),
  );

const flags = (from: number, day: number, every: number, inputs: (n: number) => object) =>
  range(from, from + 1_000).map((n) =>
    prediction(n, { occurredAt: at(day, n), score: Number(n % every === 0), inputs: inputs(n), features: null }),
  );

describe('a drift report', () => {
  it('compares two windows of stored predictions, feature by feature', async () => {
    const { send, ask } = await startTestMonitoring();
    const [before, after] = [seededRandom(3), seededRandom(4)];
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(0, 9, 0, before) });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(1_000, 2, 1, after) });
    const input = { deployment: DEPLOYMENT, ...windows };
    const { data, errors } = await ask(REPORT, { input }, 'viewer');
    expect(errors).toBeUndefined();
    const { driftReport: report } = data;
    expect(report).toMatchObject({
      severity: 'HIGH',
      preset: 'BY_EFFECT',
      reference: { predictions: 900, used: 900 },
      current: { predictions: 900 },
    });
    expect(report.score).toMatchObject({ severity: 'NONE', referenceCount: 900, currentCount: 900 });
    expect(report.features.map(({ name, kind, severity }: any) => [name, kind, severity])).toEqual([
      ['distance', 'NUMERIC', 'NONE'],
      ['route__delay', 'NUMERIC', 'HIGH'],
      ['route__hops', 'NUMERIC', 'NONE'],
      ['route__late', 'CATEGORICAL', 'NONE'],
    ]);
    const [, delay, hops] = report.features;
    expect(delay.bins.edges).toHaveLength(9);
    expect(delay.bins.reference.reduce((sum: number, n: number) => sum + n, 0)).toBe(900);
    expect(hops).toMatchObject({
      referenceCount: 600,
      currentStatuses: [
        { name: 'NOT_FOUND', count: 300 },
        { name: 'PRESENT', count: 600 },
      ],
    });

    const chosen = await ask(REPORT, { input: { ...input, features: ['route__hops', 'no__such'] } }, 'viewer');
    expect(chosen.data.driftReport.features).toMatchObject([
      { name: 'no__such', severity: 'UNKNOWN', psi: null, currentStatuses: [{ name: 'ABSENT', count: 900 }] },
      { name: 'route__hops' },
    ]);
    const inputs = await ask(REPORT, { input: { ...input, features: ['airline', 'gate'] } }, 'viewer');
    expect(inputs.data.driftReport.features).toMatchObject([
      { name: 'airline', kind: 'CATEGORICAL', severity: 'NONE', currentCount: 900 },
      {
        name: 'gate',
        kind: 'CATEGORICAL',
        currentStatuses: [
          { name: 'NULL_VALUE', count: 600 },
          { name: 'PRESENT', count: 300 },
        ],
      },
    ]);
    const version = await ask(REPORT, { input: { ...input, modelVersion: `${VERSION}1` } }, 'viewer');
    expect(version.data.driftReport).toMatchObject({ current: { predictions: 0 }, severity: 'UNKNOWN' });
  });

  it('holds each part of a time against one reference, as reports of the parts do, and leaves out parts without answers', async () => {
    const { send, ask } = await startTestMonitoring();
    const next = seededRandom(5);
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(0, 9, 0, next) });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(1_000, 4, 0, next) });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(2_000, 2, 1, next) });
    const SERIES = `query ($input: DriftSeriesInput!) { driftSeries(input: $input) {
      severity current { from to predictions } features { name psi severity } } }`;
    const input = { deployment: DEPLOYMENT, reference: windows.reference, from: at(5), to: at(1), windowHours: 24 };
    const series = async (more: object = {}): Promise<any> =>
      (await ask(SERIES, { input: { ...input, ...more } }, 'viewer')).data.driftSeries;
    const parts = await series();
    expect(parts.map(({ current, severity }: any) => [current, severity])).toEqual([
      [{ from: at(4), to: at(3), predictions: 900 }, 'NONE'],
      [{ from: at(2), to: at(1), predictions: 900 }, 'HIGH'],
    ]);
    const { data } = await ask(REPORT, { input: { deployment: DEPLOYMENT, ...windows } }, 'viewer');
    expect(parts[1].features).toMatchObject(
      data.driftReport.features.map(({ name, psi, severity }: any) => ({ name, psi, severity })),
    );
    expect(await series({ windowHours: 96 })).toMatchObject([
      { current: { from: at(5), to: at(1), predictions: 1_800 } },
    ]);
    expect(await series({ trust: 'DEVICE' })).toEqual([]);
    const many = await ask(SERIES, { input: { ...input, windowHours: 1 } }, 'viewer');
    expect(many.errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', field: 'windowHours', limit: 31 } }]);
    const back = await ask(SERIES, { input: { ...input, to: at(6) } }, 'viewer');
    expect(back.errors).toMatchObject([{ extensions: { field: 'to' } }]);
  });

  it('sees a flag that became common and a constant that moved, and so do alert rules', async () => {
    const { send, ask } = await startTestMonitoring();
    const before = flags(0, 9, 20, (n) => ({ flag: Number(n % 20 === 0), constant: 5, long: n % 50 }));
    const after = flags(1_000, 2, 2, (n) => ({
      flag: Number(n % 2 === 0),
      constant: 7,
      long: n === 1_000 ? '9007199254740993' : 1_000 + (n % 50),
    }));
    await send('/v1/predictions', { node: 'edge-1', predictions: before });
    await send('/v1/predictions', { node: 'edge-1', predictions: after });
    const { data } = await ask(REPORT, { input: { deployment: DEPLOYMENT, ...windows } }, 'viewer');
    expect(data.driftReport.score.psi).toBeCloseTo(1.325, 3);
    const [constant, flag, long] = data.driftReport.features;
    expect(flag).toMatchObject({ name: 'flag', severity: 'HIGH' });
    expect(flag.psi).toBeCloseTo(1.325, 3);
    expect(constant).toMatchObject({ name: 'constant', severity: 'HIGH' });
    expect(constant.psi).toBeGreaterThan(10);
    expect(long).toMatchObject({ kind: 'NUMERIC', ksD: 1, severity: 'HIGH', currentCount: 1_000 });

    const rule = { deployment: DEPLOYMENT, comparison: 'ABOVE', threshold: 0.25, windowSeconds: 86_400 };
    const create = 'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }';
    for (const [name, watched] of Object.entries({
      score: { signal: 'SCORE_PSI' },
      flag: { signal: 'FEATURE_PSI', feature: 'flag' },
      constant: { signal: 'FEATURE_PSI', feature: 'constant' },
    })) {
      const input = { ...rule, ...watched, name, baseline: windows.reference, evaluation: 'ON_DEMAND' };
      expect((await ask(create, { input })).errors).toBeUndefined();
    }
    await ask(`mutation { evaluateAlerts(input: { at: "${windows.current.to}" }) { evaluated { name } } }`);
    const { data: found } = await ask('{ alerts { edges { node { status rule { name } } } } }', {}, 'viewer');
    expect(found.alerts.edges.map(({ node }: any) => [node.rule.name, node.status]).toSorted()).toEqual([
      ['constant', 'FIRING'],
      ['flag', 'FIRING'],
      ['score', 'FIRING'],
    ]);
  });

  it.each([
    ['a window that ends before it begins', { current: { from: at(1), to: at(2) } }, 'current'],
    ['more features than it takes', { features: range(0, 501).map((i) => `f${i}`) }, 'features'],
  ])('is refused for %s', async (_, changes, field) => {
    const { ask } = await startTestMonitoring();
    const { errors } = await ask(REPORT, { input: { deployment: DEPLOYMENT, ...windows, ...changes } }, 'viewer');
    expect(errors).toMatchObject([{ extensions: { field } }]);
  });
});
