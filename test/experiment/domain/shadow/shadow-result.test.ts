import { describe, expect, it } from 'vitest';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import { compareShadow, type ShadowSums } from '../../../../subgraphs/experiment/domain/shadow/shadow-result.ts';

const NONE: ShadowSums = {
  pairs: 0,
  failures: {},
  decisions: [],
  shift: { n: 0, mean: 0, m2: 0 },
  higher: 0,
  lower: 0,
  labelled: 0,
  outside: 0,
  primaryBrier: null,
  candidateBrier: null,
  brierDifference: { n: 0, mean: 0, m2: 0 },
};
/** So many labelled pairs whose Brier scores differ by `mean` on average, and by `deviation` around it. */
const labelled = (n: number, mean: number, deviation: number, more: Partial<ShadowSums> = {}): ShadowSums => ({
  ...NONE,
  pairs: n,
  labelled: n,
  brierDifference: { n, mean, m2: deviation ** 2 * (n - 1) },
  ...more,
});
const running: Parameters<typeof compareShadow>[1] = { ended: false, minEffect: 0.001, trust: 'server' };
const called = (sums: ShadowSums, terms: Partial<typeof running> = {}) => compareShadow(sums, { ...running, ...terms });

describe('what a shadow comes to', () => {
  it('is nothing before there are enough pairs with an outcome, and says how many are missing', () => {
    expect(called(NONE)).toMatchObject({ recommendation: 'NEEDS_MORE', missing: 100 });
    expect(called(labelled(60, -0.5, 0.01)), 'however clear it looks').toMatchObject({
      recommendation: 'NEEDS_MORE',
      missing: 40,
      reason: expect.stringContaining('40 more pairs'),
    });
  });

  it.each([
    ['CANDIDATE_BETTER', -0.0014, 0.08],
    ['PRIMARY_BETTER', 0.0014, 0.08],
  ] as const)('is %s where the interval that holds at any look leaves zero out', (recommendation, mean, deviation) => {
    expect(called(labelled(60_000, mean, deviation))).toMatchObject({ recommendation, missing: 0 });
  });

  it('takes more than a look at p: what one t-test would call may need more', () => {
    const result = called(labelled(60_000, -0.0014, 0.14));
    expect(result.brier.pTwoSided).toBeLessThan(0.05);
    expect(result.recommendation).toBe('NEEDS_MORE');
    expect(result.missing).toBeGreaterThan(1_000);
  });

  it('shows no difference once one that is worth finding is ruled out', () => {
    expect(called(labelled(600_000, 0.00005, 0.1)).recommendation).toBe('NO_DIFFERENCE_SHOWN');
    expect(called(labelled(600_000, 0.00005, 0.1), { minEffect: 0.0001 })).toMatchObject({
      recommendation: 'NEEDS_MORE',
    });
  });

  it('shows none when it ended before anything was shown', () => {
    expect(called(labelled(1_000, -0.0001, 0.1), { ended: true })).toMatchObject({
      recommendation: 'NO_DIFFERENCE_SHOWN',
      reason: expect.stringContaining('ended'),
    });
    expect(called(NONE, { ended: true })).toMatchObject({ recommendation: 'NO_DIFFERENCE_SHOWN', missing: 0 });
  });

  it('finds no difference between one model and itself', () => {
    expect(called(labelled(1_000, 0, 0)).recommendation).toBe('NO_DIFFERENCE_SHOWN');
  });

  it('is never called by devices, nor from scores that are no probabilities', () => {
    const clear = labelled(60_000, -0.01, 0.05);
    expect(called(clear, { trust: 'device' }).recommendation).toBe('NOT_CALLED');
    expect(called({ ...clear, outside: 3 })).toMatchObject({
      recommendation: 'NOT_CALLED',
      reason: expect.stringContaining('3 labelled pairs'),
    });
  });

  it('is a candidate that fails, where it has no score too often: the rest is a choice of its own', () => {
    const clear = labelled(60_000, -0.01, 0.05);
    expect(called({ ...clear, pairs: 61_000, failures: { ENGINE_ERROR: 900, OVERRUN: 100 } })).toMatchObject({
      recommendation: 'CANDIDATE_FAILS',
      failed: { count: 1_000 },
    });
    expect(called({ ...clear, pairs: 60_010, failures: { OVERRUN: 10 } }).recommendation).toBe('CANDIDATE_BETTER');
  });

  it('counts agreement and flips over the pairs in which both decided', () => {
    const { decided, agreed, flipped } = called({
      ...NONE,
      pairs: 110,
      decisions: [
        { primary: 'A', candidate: 'A', count: 70 },
        { primary: 'B', candidate: 'B', count: 17 },
        { primary: 'A', candidate: 'B', count: 8 },
        { primary: 'B', candidate: 'A', count: 5 },
      ],
    });
    expect(decided).toBe(100);
    expect(agreed).toMatchObject({ count: 87, rate: 0.87 });
    expect(flipped).toMatchObject({ count: 13, rate: 0.13 });
    // Wilson 1927 for 87 of 100: (0.8707 ± …), computed by hand.
    expect(agreed.interval.lower).toBeCloseTo(0.7902, 3);
    expect(agreed.interval.upper).toBeCloseTo(0.9224, 3);
  });

  it('tests the shift of scores by size and by sign', () => {
    const shift = momentsOf([0.1, 0.2, 0.3, -0.1, 0.2]);
    const result = called({ ...NONE, pairs: 5, shift, higher: 4, lower: 1 });
    expect(result.shift.difference).toBeCloseTo(0.14, 12);
    expect(result.sign).toEqual({ n: 5, pTwoSided: 0.375 });
  });
});
