import { describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';

const HOUR_MS = 3_600_000;
const day = { from: new Date(NOW.getTime() - 24 * HOUR_MS).toISOString(), to: NOW.toISOString() };

const REPORT = `query ($input: HoldoutReportInput!) { holdoutReport(input: $input) {
  deployment { id } shares crossed difference lower upper confidence relativeLift sampleRatioP problems
  holdout { units labelled converted rate } rest { units labelled converted rate } } }`;

const report = async ({ ask }: TestMonitoring, changes: object = {}): Promise<any> => {
  const { data, errors } = await ask(REPORT, { input: { deployment: DEPLOYMENT, ...day, ...changes } }, 'viewer');
  expect(errors).toBeUndefined();
  return data.holdoutReport;
};

const inHoldout = (n: number, changes: Record<string, unknown> = {}) =>
  prediction(n, { layer: 'HOLDOUT', holdout: { unit: `user-${n}`, share: 0.1 }, ...changes });
const outside = (n: number, changes: Record<string, unknown> = {}) =>
  prediction(n, { layer: 'DEFAULT', unit: null, holdout: { unit: `user-${n}`, share: 0.1 }, ...changes });

/** 100 units in the holdout, of which 20 convert; 900 outside, of which 270 do. */
async function sendBoth({ send }: TestMonitoring, key?: string): Promise<void> {
  const rows = [...range(0, 100).map((n) => inHoldout(n)), ...range(100, 1_000).map((n) => outside(n))];
  expect((await send('/v1/predictions', { node: 'edge-1', predictions: rows }, key)).body.rejected).toEqual([]);
  const outcomes = range(0, 1_000).map((n) => outcome(n, Number(n < 20 || (n >= 100 && n < 370))));
  expect((await send('/v1/outcomes', { outcomes }, key)).body.rejected).toEqual([]);
}

describe('a holdout report', () => {
  it('compares the units of the holdout with everyone else, each unit once', async () => {
    const monitoring = await startTestMonitoring();
    await sendBoth(monitoring);
    // More answers of known units: by a variant and an arm, and a second one in the holdout.
    await monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: [
        inHoldout(2_000, { holdout: { unit: 'user-50', share: 0.1 } }),
        outside(2_001, { holdout: { unit: 'user-500', share: 0.1 }, layer: 'VARIANT', variant: 'country=DE' }),
        outside(2_002, { holdout: { unit: 'user-501', share: 0.1 }, layer: 'ALLOCATION', arm: 'control' }),
        // Nobody can say on which side these would have been.
        prediction(2_003, { layer: 'DEFAULT' }),
        prediction(2_004, { layer: 'KILL' }),
        inHoldout(2_005, { occurredAt: new Date(NOW.getTime() - 48 * HOUR_MS).toISOString() }),
      ],
    });
    const found = await report(monitoring);
    expect(found).toMatchObject({
      deployment: { id: DEPLOYMENT },
      shares: [0.1],
      holdout: { units: 100, labelled: 100, converted: 20, rate: 0.2 },
      rest: { units: 900, labelled: 900, converted: 270, rate: 0.3 },
      crossed: 0,
      confidence: 0.95,
      sampleRatioP: 1,
      problems: [],
    });
    // Newcombe's interval of 270/900 − 20/100, from the score intervals (.2710, .3308) and (.1334, .2888).
    expect(found.difference).toBeCloseTo(0.1, 12);
    expect(found.relativeLift).toBeCloseTo(0.5, 12);
    expect([found.lower, found.upper].map((bound) => bound.toFixed(3))).toEqual(['0.007', '0.173']);
  });

  it('counts what devices say apart', async () => {
    const monitoring = await startTestMonitoring();
    await sendBoth(monitoring, DEVICE_KEY);
    expect((await report(monitoring)).problems).toEqual(['no answer of this time names a unit of a holdout']);
    expect((await report(monitoring, { trust: 'DEVICE' })).rest.converted).toBe(270);
  });

  it('says why a difference proves nothing', async () => {
    const monitoring = await startTestMonitoring();
    const { send } = monitoring;
    const nothing = await report(monitoring);
    expect(nothing).toMatchObject({ difference: null, sampleRatioP: null, shares: [] });
    expect(nothing.problems).toEqual(['no answer of this time names a unit of a holdout']);
    // Twice as many in the holdout as its share, some on both sides, outcomes of the holdout alone.
    const rows = [
      ...range(0, 200).map((n) => inHoldout(n)),
      ...range(200, 1_000).map((n) => outside(n)),
      ...range(1_000, 1_050).map((n) => outside(n, { holdout: { unit: `user-${n - 1_000}`, share: 0.1 } })),
    ];
    await send('/v1/predictions', { node: 'edge-1', predictions: rows.slice(0, 800) });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows.slice(800) });
    await send('/v1/outcomes', { outcomes: range(50, 200).map((n) => outcome(n, 1)) });
    const bad = await report(monitoring);
    expect([bad.holdout.units, bad.rest.units, bad.crossed]).toEqual([150, 800, 50]);
    expect(bad.problems).toEqual([
      expect.stringMatching(/^sample-ratio mismatch: the units do not fit the share \(p = /),
      '50 of 1000 units were on both sides: the holdout was drawn anew',
      expect.stringMatching(/^the share of units with an outcome differs: 100 % in the holdout, 0.00 % outside/),
    ]);
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: [inHoldout(3_000, { holdout: { unit: 'user-3000', share: 0.2 } })],
    });
    const changed = await report(monitoring);
    expect([changed.shares, changed.sampleRatioP]).toEqual([[0.1, 0.2], null]);
    expect(changed.problems[0]).toBe(
      'the share of the holdout was changed in this time (0.1, 0.2): ask for a time with one share',
    );
  });

  it('refuses a deployment of which nobody has told, and a time that ends before it begins', async () => {
    const { ask } = await startTestMonitoring();
    const unknown = await ask(REPORT, { input: { ...day, deployment: 'nobody@production' } }, 'viewer');
    expect(unknown.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'deployment' } }]);
    const empty = await ask(REPORT, { input: { deployment: DEPLOYMENT, from: day.to, to: day.from } }, 'viewer');
    expect(empty.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'to' } }]);
  });

  it('refuses a record of a layer that cannot answer, or of a share that is none', async () => {
    const { send } = await startTestMonitoring();
    const rows = [
      prediction(0, { layer: 'SHADOW' }),
      prediction(1, { holdout: { unit: 'u', share: 1 } }),
      prediction(2, { holdout: { unit: 'u'.repeat(513), share: 0.1 } }),
      inHoldout(3),
    ];
    const { body } = await send('/v1/predictions', { node: 'edge-1', predictions: rows });
    expect(body.acked).toEqual([uuid(3)]);
    expect(body.rejected.map(({ id, message }: any) => [id, message.split(':')[0]])).toEqual([
      [uuid(0), 'layer'],
      [uuid(1), 'holdout.share'],
      [uuid(2), 'holdout.unit'],
    ]);
  });
});

describe('what one layer or variant answered', () => {
  const variant = (n: number, country: string, changes: Record<string, unknown> = {}) =>
    prediction(n, { layer: 'VARIANT', variant: `country=${country}`, ...changes });

  it('is listed by itself, and each prediction says its own', async () => {
    const { send, ask } = await startTestMonitoring();
    const rows = [variant(0, 'DE'), variant(1, 'FR'), inHoldout(2), prediction(3)];
    await send('/v1/predictions', { node: 'edge-1', predictions: rows });
    const list = async (narrow: string) => {
      const query = `{ predictions(deployment: "${DEPLOYMENT}"${narrow}) { edges { node { layer variant holdoutUnit } } } }`;
      return (await ask(query, {}, 'viewer')).data.predictions.edges.map(({ node }: any) => node);
    };
    const [de, fr, held, none] = [
      { layer: 'VARIANT', variant: 'country=DE', holdoutUnit: null },
      { layer: 'VARIANT', variant: 'country=FR', holdoutUnit: null },
      { layer: 'HOLDOUT', variant: null, holdoutUnit: 'user-2' },
      { layer: null, variant: null, holdoutUnit: null },
    ];
    expect(await list('')).toEqual([none, held, fr, de]);
    expect(await list(', layer: VARIANT')).toEqual([fr, de]);
    expect(await list(', variant: "country=DE"')).toEqual([de]);
    expect(await list(', layer: HOLDOUT, variant: "country=DE"')).toEqual([]);
  });

  it('shows no drift where only the mix of variants has shifted', async () => {
    const { send, ask } = await startTestMonitoring();
    const at = (days: number, n: number) => new Date(NOW.getTime() - days * 24 * HOUR_MS + n).toISOString();
    const score = (n: number) => (n % 10) / 20;
    // In Germany scores are higher; a tenth of the answers went there before, nine tenths do now.
    const rows = (from: number, days: number, inGermany: (n: number) => boolean) =>
      range(from, from + 1_000).map((n) => {
        const isGerman = inGermany(n);
        const made = { occurredAt: at(days, n - from), score: score(Math.floor(n / 10)) + (isGerman ? 0.5 : 0) };
        return isGerman ? variant(n, 'DE', made) : prediction(n, { layer: 'DEFAULT', ...made });
      });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(0, 9, (n) => n % 10 === 0) });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows(1_000, 2, (n) => n % 10 !== 0) });
    const windows = {
      reference: { from: at(9, 0), to: at(8, 0) },
      current: { from: at(2, 0), to: at(1, 0) },
    };
    const drift = async (narrow: object = {}) => {
      const { data, errors } = await ask(
        `query ($input: DriftReportInput!) { driftReport(input: $input) { score { severity psi }
          reference { predictions mix { name count } } current { predictions mix { name count } } } }`,
        { input: { deployment: DEPLOYMENT, ...windows, features: [], ...narrow } },
        'viewer',
      );
      expect(errors).toBeUndefined();
      return data.driftReport;
    };
    const all = await drift();
    expect(all.score.severity).toBe('HIGH');
    expect(all.reference.mix).toEqual([
      { name: 'DEFAULT', count: 900 },
      { name: 'VARIANT country=DE', count: 100 },
    ]);
    expect(all.current.mix).toEqual([
      { name: 'VARIANT country=DE', count: 900 },
      { name: 'DEFAULT', count: 100 },
    ]);
    const german = await drift({ variant: 'country=DE' });
    expect(german).toMatchObject({ reference: { predictions: 100 }, current: { predictions: 900 } });
    expect(['NONE', 'UNKNOWN']).toContain(german.score.severity);
    expect(german.score.psi).toBeLessThan(0.1);
    const byDefault = await drift({ layer: 'DEFAULT' });
    expect(byDefault).toMatchObject({ reference: { predictions: 900 }, current: { predictions: 100 } });
    expect(byDefault.score.psi).toBeLessThan(0.1);
  });

  it('is judged by its own outcomes', async () => {
    const { send, ask } = await startTestMonitoring();
    const rows = range(0, 40).map((n) => {
      const good = n % 2 === 0;
      return good ? variant(n, 'DE', { score: n < 20 ? 0.9 : 0.1 }) : inHoldout(n, { score: n < 20 ? 0.1 : 0.9 });
    });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows });
    await send('/v1/outcomes', { outcomes: range(0, 40).map((n) => outcome(n, Number(n < 20))) });
    const auc = async (narrow: object) => {
      const { data } = await ask(
        `query ($input: PerformanceReportInput!) { performanceReport(input: $input) { total { labelled auc } } }`,
        { input: { deployment: DEPLOYMENT, ...day, ...narrow } },
        'viewer',
      );
      return data.performanceReport.total;
    };
    expect(await auc({})).toEqual({ labelled: 40, auc: 0.5 });
    expect(await auc({ variant: 'country=DE' })).toEqual({ labelled: 20, auc: 1 });
    expect(await auc({ layer: 'HOLDOUT' })).toEqual({ labelled: 20, auc: 0 });
  });
});
