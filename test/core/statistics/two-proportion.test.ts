import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherExact } from '../../../core/statistics/fisher-exact.ts';
import type { Interval } from '../../../core/statistics/interval.ts';
import { twoProportionTest } from '../../../core/statistics/two-proportion.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

const pair = (interval: Interval | null) => interval && [interval.lower, interval.upper];

describe('two proportions against scipy and statsmodels', () => {
  eachCase(statVectors('two-proportion'), ({ input, expected }) => {
    const result = twoProportionTest(input);
    const { controlSuccesses, controlTrials, treatmentSuccesses, treatmentTrials } = input;
    const noEvidence = Number.isNaN(expected.z);
    expect([result.z === null, result.pTwoSided === 1]).toEqual([noEvidence, noEvidence || expected.pTwoSided === 1]);
    expectNear(
      {
        p1: result.controlRate,
        p2: result.treatmentRate,
        diff: result.difference,
        relativeLift: result.relativeLift ?? Number.NaN,
        pooled: result.pooledRate,
        sePooled: result.pooledStandardError,
        seUnpooled: result.unpooledStandardError,
        z: result.z ?? Number.NaN,
        // Where the vectors have NaN the definition asks a product for p = 1.
        pTwoSided: noEvidence ? Number.NaN : result.pTwoSided,
        pGreater: noEvidence ? Number.NaN : result.pGreater,
        pLess: noEvidence ? Number.NaN : result.pLess,
        waldCi95: pair(result.waldInterval),
        newcombeCi95: pair(result.newcombeInterval),
        wilsonCi95Control: pair(result.controlInterval),
        wilsonCi95Treatment: pair(result.treatmentInterval),
        riskRatio: result.riskRatio,
        riskRatioLogCi95: pair(result.riskRatioInterval),
        relativeLiftDeltaSe: result.relativeLiftStandardError,
        relativeLiftDeltaCi95: pair(result.relativeLiftInterval),
        chi2Uncorrected: result.chiSquare,
        chi2Yates: result.chiSquareYates,
        pYates: result.pYates,
        fisherExactTwoSided: fisherExact({
          successes1: controlSuccesses,
          failures1: controlTrials - controlSuccesses,
          successes2: treatmentSuccesses,
          failures2: treatmentTrials - treatmentSuccesses,
        }),
      },
      expected,
    );
  });
});

const counts = (
  controlSuccesses: number,
  controlTrials: number,
  treatmentSuccesses: number,
  treatmentTrials: number,
) => ({
  controlSuccesses,
  controlTrials,
  treatmentSuccesses,
  treatmentTrials,
});
const arm = fc.integer({ min: 0, max: 10_000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe('twoProportionTest', () => {
  it('says no evidence, not NaN, for every possible count', () => {
    fc.assert(
      fc.property(arm, arm, ([x1, n1], [x2, n2]) => {
        expect(
          JSON.stringify(twoProportionTest(counts(x1, n1, x2, n2)), (_, value) =>
            Number.isNaN(value) ? 'NaN' : value,
          ),
        ).not.toContain('NaN');
      }),
    );
  });

  it('answers empty arms with the widest intervals', () => {
    expect(twoProportionTest(counts(0, 0, 3, 10))).toMatchObject({
      controlRate: null,
      treatmentRate: 0.3,
      difference: null,
      z: null,
      pTwoSided: 1,
      pGreater: 1,
      pLess: 1,
      relativeLift: null,
      newcombeInterval: { lower: -1, upper: 1 },
      controlInterval: { lower: 0, upper: 1 },
      waldInterval: null,
    });
  });

  it('changes sign when the arms change places', () => {
    fc.assert(
      fc.property(arm, arm, ([x1, n1], [x2, n2]) => {
        const [one, other] = [twoProportionTest(counts(x1, n1, x2, n2)), twoProportionTest(counts(x2, n2, x1, n1))];
        expect(one.pGreater).toBeCloseTo(other.pLess, 12);
        expect(one.newcombeInterval.lower).toBeCloseTo(-other.newcombeInterval.upper, 12);
      }),
    );
  });

  it('keeps digits of p far in the tail', () => {
    const { pTwoSided } = twoProportionTest(counts(1000, 10_000, 2000, 10_000));
    expect(pTwoSided).toBeGreaterThan(0);
    expect(pTwoSided).toBeLessThan(1e-80);
  });

  it('covers the truth as often as it promises', () => {
    // A small linear congruential generator: the run is the same every time.
    let seed = 12_345;
    const random = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
    const draw = (rate: number) => Array.from({ length: 200 }, random).filter((value) => value < rate).length;
    let covered = 0;
    for (let run = 0; run < 1000; run++) {
      const { newcombeInterval } = twoProportionTest(counts(draw(0.1), 200, draw(0.15), 200));
      covered += Number(newcombeInterval.lower <= 0.05 && newcombeInterval.upper >= 0.05);
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(975);
  });

  it.each([
    [counts(5, 4, 0, 1), 'at most 4'],
    [counts(-1, 4, 0, 1), 'a whole number from 0'],
    [counts(1, 4, 0.5, 1), 'a whole number from 0'],
    [counts(1, Number.NaN, 0, 1), 'a whole number from 0'],
    [{ ...counts(1, 2, 1, 2), confidence: 1 }, 'below 1'],
  ])('refuses %j', (input, message) => expect(() => twoProportionTest(input)).toThrow(message));
});

describe('fisherExact', () => {
  it('agrees with enumeration of all tables', () => {
    const small = fc.integer({ min: 0, max: 12 });
    const choose = (n: number, k: number): number =>
      k < 0 || k > n ? 0 : k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k;
    fc.assert(
      fc.property(small, small, small, small, (a, b, c, d) => {
        const weights = Array.from({ length: a + c + 1 }, (_, k) => choose(a + b, k) * choose(c + d, a + c - k));
        const all = weights.reduce((total, weight) => total + weight, 0);
        const rare = weights
          .filter((weight) => weight <= weights[a]! * (1 + 1e-7))
          .reduce((total, weight) => total + weight, 0);
        const p = fisherExact({ successes1: a, failures1: b, successes2: c, failures2: d });
        expect(Math.abs(p - rare / all)).toBeLessThan(1e-12);
      }),
    );
  });

  it('is 1 without a margin and tiny for a huge effect', () => {
    expect(fisherExact({ successes1: 0, failures1: 0, successes2: 3, failures2: 4 })).toBe(1);
    expect(fisherExact({ successes1: 0, failures1: 0, successes2: 0, failures2: 0 })).toBe(1);
    const p = fisherExact({ successes1: 100, failures1: 900, successes2: 300, failures2: 700 });
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(1e-25);
    expect(fisherExact({ successes1: 5000, failures1: 0, successes2: 0, failures2: 5000 })).toBe(0);
    expect(() => fisherExact({ successes1: -1, failures1: 0, successes2: 3, failures2: 4 })).toThrow('successes1');
  });

  it('approaches the corrected z-test for large counts', () => {
    const input = counts(100_000, 1_000_000, 100_500, 1_000_000);
    const p = fisherExact({ successes1: 100_000, failures1: 900_000, successes2: 100_500, failures2: 899_500 });
    expect(p).toBeCloseTo(twoProportionTest(input).pYates, 4);
  });
});
