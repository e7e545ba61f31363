import { describe, expect, it } from 'vitest';
import { NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import type { Design } from '../../../../subgraphs/experiment/domain/experiment/design.ts';
import type { Guardrail } from '../../../../subgraphs/experiment/domain/metric/guardrail.ts';
import { metricKey, type ArmSums } from '../../../../subgraphs/experiment/domain/experiment/measured.ts';
import type { MetricDefinition, MetricUse } from '../../../../subgraphs/experiment/domain/metric/metric.ts';
import { analyse, type Analysed } from '../../../../subgraphs/experiment/domain/experiment/result.ts';

/** The source's restaurant ranking: 70/15/15, three weeks, an effect of 2 % of the conversion. */
const ARMS = ['control', 'a', 'b'];
const UNITS: Record<string, number> = { control: 2_800_000, a: 600_000, b: 600_000 };
const SPLIT = { control: 0.7, a: 0.15, b: 0.15 };
const design: Design = { baseline: 0.187, mde: 0.02, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };

const definition: MetricDefinition = {
  kind: 'MEAN',
  measure: 'OUTCOME',
  per: null,
  event: null,
  perEvent: null,
  positiveFrom: null,
  quantile: null,
  ceiling: null,
  lowest: null,
  highest: null,
  attributionHours: null,
  higherIsBetter: true,
  minimumEffect: null,
  margin: null,
  marginKind: 'ABSOLUTE',
};
const metric = (name: string, changes: Partial<MetricDefinition> = {}): MetricUse => ({
  name,
  revision: 1,
  definition: { ...definition, ...changes },
});
const guardrail = (name: string, changes: Partial<MetricDefinition>, margin: number | null): Guardrail => ({
  ...metric(name, { higherIsBetter: false, ...changes }),
  margin,
  marginKind: 'ABSOLUTE',
  segment: null,
});
const LATENCY = guardrail('p99', { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.99, ceiling: 180 }, null);
const ERRORS = guardrail('errors', { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1 }, 0.002);
const CTR = metric('ctr');
const DIVERSITY = metric('diversity');

/** One answer of each unit, of which a share is 1. */
const shares = (n: number, share: number): CoMoments => ({
  ...NO_COMOMENTS,
  n,
  meanX: 1,
  meanY: share,
  m2Y: n * share * (1 - share),
});
const sums = (byArm: Record<string, number>, quantiles: Record<string, number> = {}): Record<string, ArmSums> =>
  Object.fromEntries(
    ARMS.map((arm) => [arm, { sums: shares(UNITS[arm]!, byArm[arm]!), quantile: quantiles[arm] ?? null }]),
  );
const MEASURED = new Map([
  // A p99 of 187 with a ceiling of 180: 1.3 % of the answers lie above it.
  [metricKey(LATENCY), sums({ control: 0.002, a: 0.013, b: 0.004 }, { control: 145, a: 187, b: 156 })],
  [metricKey(ERRORS), sums({ control: 0.003, a: 0.004, b: 0.003 })],
  [metricKey(CTR), sums({ control: 0.34, a: 0.38, b: 0.36 })],
  [metricKey(DIVERSITY), sums({ control: 0.73, a: 0.73, b: 0.73 })],
]);

const arm = (exposed: number, rate: number) => {
  const converted = Math.round(exposed * rate);
  return { exposed, labelled: exposed, converted, planned: { labelled: exposed, converted } };
};
const counts = (rates: Record<string, number>) => ({
  arms: Object.fromEntries(ARMS.map((name) => [name, arm(UNITS[name]!, rates[name]!)])),
  multipleExposure: 0,
});
const RATES = { control: 0.187, a: 0.203, b: 0.195 };
const judge = (changes: Partial<Analysed> = {}) =>
  analyse({
    revision: 1,
    design,
    arms: ARMS,
    split: SPLIT,
    counts: counts(RATES),
    guardrails: [LATENCY, ERRORS],
    secondary: [CTR, DIVERSITY],
    measured: MEASURED,
    segments: [],
    secondarySegments: new Map(),
    byDay: [],
    ended: true,
    days: 21,
    ...changes,
  });

describe("the source's three arms", () => {
  const result = judge();

  it('fit their split, and all of them have more units than planned', () => {
    expect(result.srm).toMatchObject({ mismatch: false, df: 2 });
    expect(result.peeking).toBe(false);
    // Two comparisons share alpha, so that each arm needs more than for one.
    expect(result.needed['a']).toBeGreaterThan(118_000);
    expect(result.needed['control']! / result.needed['a']!).toBeCloseTo(0.7 / 0.15, 4);
  });

  it('give the right p, not the ones that the source prints', () => {
    const [a, b] = result.comparisons;
    expect(a).toMatchObject({ arm: 'a', better: true });
    expect(b).toMatchObject({ arm: 'b', better: true });
    expect(a!.test.relativeLift).toBeCloseTo(0.0856, 4);
    expect(a!.pAdjusted).toBeLessThan(1e-100);
    expect(b!.pAdjusted).toBeLessThan(1e-40);
    expect(result.confidence).toBeCloseTo(0.975, 12);
    expect(a!.test.interval!.lower).toBeGreaterThan(b!.test.interval!.upper);
  });

  it('have a winner, whose guardrail blocks it, and the answer says so', () => {
    expect(result).toMatchObject({ winner: 'a', recommendation: 'SHIP', ships: 'b' });
    expect(result.reasons).toEqual([
      expect.stringMatching(
        /^a is better at the planned size: 20.3 % against 18.7 % \(p = .* over 2 arms, alpha = 0.05\)$/,
      ),
      expect.stringMatching(
        /^a breaks p99: its 99th percentile is 187 \(control 145\), the ceiling 180: 0.013 of its answers lie above, accepted 0.01 \(p = .* at any look\)$/,
      ),
      'a is blocked by its guardrail: a better primary metric does not make up for it',
      expect.stringMatching(/^b is better at the planned size: 19.5 % against 18.7 %/),
      'b holds all of its guardrails',
    ]);
  });

  it('go on by a gradual plan: the winner after its latency is mended, over four weeks', () => {
    const [a, b] = result.plans;
    expect(a).toMatchObject({
      arm: 'a',
      first: [expect.stringContaining('a breaks p99')],
      summary: expect.stringContaining('only after p99 is mended, then by a gradual rollout over 4 weeks'),
    });
    expect(a!.steps.map(({ weight, minMinutes }) => [weight, minMinutes / 1_440])).toEqual([
      [0.05, 7],
      [0.2, 7],
      [0.5, 7],
      [1, 7],
    ]);
    expect(b).toMatchObject({ arm: 'b', first: [] });
  });

  it('leave nobody to ship where the other arm is no better', () => {
    const alone = judge({ counts: counts({ ...RATES, b: 0.187 }) });
    expect(alone).toMatchObject({ winner: 'a', recommendation: 'KEEP', ships: null, plans: [{ arm: 'a' }] });
    expect(alone.reasons.at(-1)).toContain('no difference of b was found');
  });

  it('ship the winner where its guardrails hold', () => {
    const measured = new Map(MEASURED).set(
      metricKey(LATENCY),
      sums({ control: 0.002, a: 0.005, b: 0.004 }, { control: 145, a: 160, b: 156 }),
    );
    expect(judge({ measured })).toMatchObject({ recommendation: 'SHIP', ships: 'a', winner: 'a' });
  });

  it('compare secondary metrics with a correction for all of them', () => {
    const found = result.secondary.map(({ metric: { name }, arm: of, better }) => [name, of, better]);
    expect(found).toEqual([
      ['ctr', 'a', true],
      ['ctr', 'b', true],
      ['diversity', 'a', null],
      ['diversity', 'b', null],
    ]);
    for (const { p, pAdjusted } of result.secondary) expect(pAdjusted).toBeGreaterThanOrEqual(p);
  });
});

describe('guardrails of several arms', () => {
  it('that have no value are not taken for held: it goes on, or ends without that arm', () => {
    const measured = new Map(MEASURED);
    measured.delete(metricKey(ERRORS));
    const running = judge({ measured, ended: false, counts: counts({ ...RATES, a: 0.187 }) });
    expect(running).toMatchObject({ recommendation: 'CONTINUE', ships: null, winner: 'b' });
    expect(running.reasons).toContain('b: errors has no value yet');
    const ended = judge({ measured, counts: counts({ ...RATES, a: 0.187 }) });
    expect(ended).toMatchObject({ recommendation: 'KEEP', ships: null });
    expect(ended.reasons).toContain('b is blocked: it ended before its guardrails were shown to hold');
  });

  it('end an experiment early where every arm does harm', () => {
    const few = Object.fromEntries(ARMS.map((name) => [name, arm(name === 'control' ? 4_667 : 1_000, 0.19)]));
    const harm = (share: number) => ({ sums: shares(1_000, share), quantile: null });
    const measured = new Map([[metricKey(ERRORS), { control: harm(0.01), a: harm(0.3), b: harm(0.2) }]]);
    const seen = judge({ counts: { arms: few, multipleExposure: 0 }, measured, ended: false, guardrails: [ERRORS] });
    expect(seen).toMatchObject({ recommendation: 'KEEP', peeking: true });
    expect(seen.reasons).toEqual([
      expect.stringContaining('a breaks errors'),
      expect.stringContaining('b breaks errors'),
      'no arm is left that may ship: stop it',
    ]);
  });

  it('say which arm does harm, while the others go on', () => {
    const few = Object.fromEntries(ARMS.map((name) => [name, arm(name === 'control' ? 4_667 : 1_000, 0.19)]));
    const harm = (share: number) => ({ sums: shares(1_000, share), quantile: null });
    const measured = new Map([[metricKey(ERRORS), { control: harm(0.01), a: harm(0.3), b: harm(0.01) }]]);
    const seen = judge({ counts: { arms: few, multipleExposure: 0 }, measured, ended: false, guardrails: [ERRORS] });
    expect(seen).toMatchObject({ recommendation: 'CONTINUE', daysLeft: expect.any(Number) });
    expect(seen.reasons[0]).toContain('a breaks errors');
  });
});

it('many arms without any effect: hardly ever one is called better, and never one that is worse', () => {
  let seed = 7;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const names = ['control', 'a', 'b', 'c', 'd'];
  const n = 20_000;
  const rate = 0.2;
  const runs = 2_000;
  let called = 0;
  for (let run = 0; run < runs; run++) {
    const units = Object.fromEntries(
      names.map((name) => [name, arm(n, Math.round(n * rate + normal() * Math.sqrt(n * rate * (1 - rate))) / n)]),
    );
    const { comparisons } = judge({
      arms: names,
      split: Object.fromEntries(names.map((name) => [name, 0.2])),
      design: { ...design, baseline: rate, mde: 0.1 },
      counts: { arms: units, multipleExposure: 0 },
      guardrails: [],
      secondary: [],
      measured: new Map(),
    });
    if (comparisons.some(({ better }) => better !== null)) called++;
  }
  // Alpha is 5 % over all arms; three standard errors of the simulation above it.
  expect(called / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(called / runs).toBeGreaterThan(0.02);
});
