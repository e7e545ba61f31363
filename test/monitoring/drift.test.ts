import { describe, expect, it } from 'vitest';
import { judgeDrift, psiBetween } from '../../subgraphs/monitoring/domain/drift.ts';
import { severityOf } from '../../subgraphs/monitoring/domain/drift-severity.ts';
import { SampleCollector, type ValueSample } from '../../subgraphs/monitoring/domain/value-sample.ts';
import { DEPLOYMENT, NOW, prediction, range, startTestMonitoring, VERSION } from '../support/monitoring.ts';
import { statVectors } from '../support/vectors.ts';

/** A small linear congruential generator: the same numbers everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}
const normal = (next: () => number): number => range(0, 12).reduce((sum) => sum + next(), -6);

const numbers = (name: string, values: readonly number[]): ValueSample => ({
  name,
  numbers: values,
  longIntegers: [],
  categories: {},
  statuses: { PRESENT: values.length },
});
const draw = (name: string, n: number, seed: number, shift = 0): ValueSample => {
  const next = random(seed);
  return numbers(
    name,
    range(0, n).map(() => normal(next) + shift),
  );
};

const collect = (texts: readonly string[], like?: ValueSample): ValueSample => {
  const collector = new SampleCollector('city', like);
  for (const text of texts) collector.add(text, 'PRESENT');
  return collector.finish();
};

const repeated = (...parts: readonly (readonly [value: number, times: number])[]): ValueSample =>
  numbers(
    'x',
    parts.flatMap(([value, times]) => range(0, times).map(() => value)),
  );
const compared = (reference: ValueSample, current: ValueSample) =>
  judgeDrift([reference], [current], 'BY_EFFECT').features[0]!;

const spread = (n: number, from: number): number[] => range(0, n).map((i) => from + i / 100);

const collected = (values: readonly (number | string)[], like?: ValueSample): ValueSample => {
  const collector = new SampleCollector('k', like);
  for (const value of values) collector.add(value, 'PRESENT');
  return collector.finish();
};

const mixed = (texts: number): ValueSample => {
  const collector = new SampleCollector('k');
  for (const i of range(0, 1_000)) collector.add(i < texts ? 'n/a' : i, 'PRESENT');
  return collector.finish();
};

describe('drift of samples', () => {
  it('agrees with the public vectors: PSI, χ² and KS over bins of the reference, categories likewise', () => {
    for (const { input, expected, id } of statVectors('drift').cases) {
      const numeric = input.kind === 'numeric';
      const sample = (side: 'reference' | 'current'): ValueSample =>
        numeric ? numbers('x', input[side]) : { ...numbers('x', []), categories: input[side] };
      const [feature] = judgeDrift([sample('reference')], [sample('current')], 'BY_EFFECT').features;
      const bins = numeric ? expected.quantileBins : { ...expected, binnedChi2: expected.chi2Contingency };
      expect(feature?.psi, id).toBeCloseTo(bins.psi, 9);
      const { referenceCount: n, currentCount: m, psi } = feature!;
      expect(psiBetween(sample('reference'), sample('current')), id).toEqual({ psi, n, m });
      expect(feature?.jensenShannon, id).toBeCloseTo(bins.jsDistanceNat, 9);
      expect(feature?.binnedP, id).toBeCloseTo(bins.binnedChi2.p, 9);
      if (!numeric) continue;
      expect(feature?.bins, id).toMatchObject({ reference: bins.refCounts, current: bins.curCounts });
      expect(feature?.ks?.d, id).toBeCloseTo(expected.ks.d, 9);
      expect(feature?.ks?.p, id).toBeCloseTo(expected.ks.pExact, 9);
    }
  });

  it('is quiet without drift at any size, where the fixed thresholds cry wolf at 100 rows', () => {
    const alarms = { BY_EFFECT: 0, SOURCE: 0 };
    for (const preset of ['BY_EFFECT', 'SOURCE'] as const) {
      for (const seed of range(1, 41)) {
        const { features } = judgeDrift([draw('x', 2_000, seed * 7 + 1)], [draw('x', 100, seed * 13 + 5)], preset);
        if (['LOW', 'MODERATE', 'HIGH'].includes(features[0]!.severity)) alarms[preset]++;
      }
    }
    expect(alarms.BY_EFFECT).toBe(0);
    expect(alarms.SOURCE).toBeGreaterThan(10);
  });

  it('finds a planted shift, corrected over many features', () => {
    const names = range(0, 30).map((i) => `f${i}`);
    const reference = names.map((name, i) => draw(name, 2_000, i + 100));
    const current = names.map((name, i) => draw(name, 1_000, i + 900, i === 3 ? 0.8 : 0));
    const { features, severity } = judgeDrift(reference, current, 'BY_EFFECT');
    expect(features.filter((feature) => feature.severity !== 'NONE').map(({ name }) => name)).toEqual(['f3']);
    expect(severity).toBe('HIGH');
    for (const { adjustedP, psiNullLevel } of features) {
      expect(adjustedP).toBeGreaterThanOrEqual(0);
      expect(psiNullLevel).toBeCloseTo(9 * (1 / 2_000 + 1 / 1_000), 12);
    }
  });

  it('says UNKNOWN of few values and of none, never NONE', () => {
    const few = judgeDrift([draw('x', 50, 1)], [draw('x', 50, 2)], 'BY_EFFECT');
    const none = judgeDrift([draw('x', 500, 1)], [numbers('x', [])], 'BY_EFFECT');
    expect([few.severity, none.severity]).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(none.features[0]).toMatchObject({ psi: null, ks: null, adjustedP: null, psiNullLevel: null });
  });

  it.each([
    [
      'a flag from 5 % to 50 %',
      [
        [0, 950],
        [1, 50],
      ],
      [
        [0, 500],
        [1, 500],
      ],
      1.325,
    ],
    [
      'a flag from 95 % to 50 %',
      [
        [0, 50],
        [1, 950],
      ],
      [
        [0, 500],
        [1, 500],
      ],
      1.325,
    ],
    [
      'zeros from 90 % to 60 %',
      [
        [0, 900],
        [3, 50],
        [7, 50],
      ],
      [
        [0, 600],
        [3, 200],
        [7, 200],
      ],
      0.537,
    ],
    [
      'one of three codes',
      [
        [0, 930],
        [1, 30],
        [2, 40],
      ],
      [
        [0, 930],
        [1, 69],
        [2, 1],
      ],
      0.176,
    ],
    ['a constant that moved up', [[5, 1000]], [[7, 1000]], 18.42],
    ['a constant that moved down', [[5, 1000]], [[4, 1000]], 18.42],
    [
      'a flag that stayed',
      [
        [0, 950],
        [1, 50],
      ],
      [
        [0, 950],
        [1, 50],
      ],
      0,
    ],
  ] as const)('has the PSI of the values themselves for %s', (_, before, after, psi) => {
    const drift = compared(repeated(...before), repeated(...after));
    expect(drift.psi).toBeCloseTo(psi, 2);
    if (psi === 0) expect(drift.severity).toBe('NONE');
    else expect(drift.binnedP).toBeLessThan(0.001);
  });

  it('sees what moves behind a value that many share', () => {
    const reference = numbers('x', [...range(0, 850).map(() => 0), ...spread(150, 1)]);
    const current = numbers('x', [...range(0, 500).map(() => 0), ...spread(500, 1)]);
    expect(compared(reference, current).psi).toBeGreaterThan(0.5);
  });

  it('counts long integers that were logged as text as the numbers that they are', () => {
    const reference = collected(range(0, 1_000).map((i) => i % 50));
    const current = collected(['9007199254740993', ...range(1, 1_000).map((i) => 1_000 + (i % 50))], reference);
    expect(compared(reference, current)).toMatchObject({
      kind: 'NUMERIC',
      referenceCount: 1_000,
      currentCount: 1_000,
      ks: { d: 1 },
      severity: 'HIGH',
    });
    const ids = range(0, 200).map((i) => `${9_007_199_254_740_993n + BigInt(i % 40)}`);
    expect(compared(collected(ids), collected(ids))).toMatchObject({ kind: 'CATEGORICAL', severity: 'NONE' });
  });

  it('gives values that are of another kind than most their own bin', () => {
    expect(compared(mixed(1), mixed(2))).toMatchObject({ kind: 'NUMERIC', severity: 'NONE', currentCount: 1_000 });
    const drift = compared(mixed(0), mixed(900));
    expect(drift).toMatchObject({ kind: 'NUMERIC', severity: 'HIGH', bins: { categories: ['(not a number)'] } });
    expect(drift.bins.current.at(-1)).toBe(900);
    const turned = compared(collect(range(0, 300).map(() => 'ORD')), mixed(0));
    expect(turned).toMatchObject({ kind: 'CATEGORICAL', severity: 'HIGH', currentCount: 1_000 });
  });

  it('compares texts by category, and counts those that the reference lacks as one', () => {
    const reference = collect(range(0, 300).map((i) => ['ORD', 'DFW', 'ATL'][i % 3]!));
    const current = collect(
      range(0, 300).map((i) => ['ORD', 'DFW', 'NEW', 'ALSO'][i % 4]!),
      reference,
    );
    const [city] = judgeDrift([reference], [current], 'BY_EFFECT').features;
    expect(city).toMatchObject({ kind: 'CATEGORICAL', severity: 'HIGH', ks: null });
    expect(city?.bins).toEqual({
      edges: [],
      categories: ['(other)', 'ATL', 'DFW', 'ORD'],
      reference: [0, 100, 100, 100],
      current: [150, 0, 75, 75],
    });
  });

  it('judges by the thresholds of the source where that preset is chosen', () => {
    const evidence = { psi: 0, jensenShannon: 0, ksD: 0, ksP: 1, adjustedP: 1, n: 10 };
    const judge = (changes: object) => severityOf({ ...evidence, ...changes }, 'SOURCE');
    expect([judge({ psi: 0.26 }), judge({ psi: 0.11 }), judge({ psi: 0.06 }), judge({ psi: 0.05 })]).toEqual([
      'HIGH',
      'MODERATE',
      'LOW',
      'NONE',
    ]);
    expect([judge({ jensenShannon: 0.11 }), judge({ jensenShannon: 0.06 }), judge({ jensenShannon: 0.03 })]).toEqual([
      'HIGH',
      'MODERATE',
      'LOW',
    ]);
    expect([judge({ ksP: 0.0009 }), judge({ ksP: 0.009 }), judge({ ksP: 0.049 })]).toEqual(['HIGH', 'MODERATE', 'LOW']);
    expect(judge({ n: 0 })).toBe('UNKNOWN');
  });
});

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
    const [before, after] = [random(3), random(4)];
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
