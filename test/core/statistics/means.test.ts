import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { twoSidedT } from '../../../core/statistics/distributions/student-t.ts';
import type { Interval } from '../../../core/statistics/interval.ts';
import { cohenD, pairedTest, relativeMeanTest, studentTest, welchTest } from '../../../core/statistics/means.ts';
import { mergeMoments, momentsOf, variance } from '../../../core/statistics/moments.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

const pair = (interval: Interval | null) => interval && [interval.lower, interval.upper];
const file = statVectors('means');

describe('means against scipy and gbstats', () => {
  eachCase(
    file,
    ({ input, expected, tolerance }) => {
      const [control, treatment] = [momentsOf(input.control), momentsOf(input.treatment)];
      const [welch, student, relative] = [welchTest, studentTest, relativeMeanTest].map((test) =>
        test(control, treatment),
      );
      const actual = {
        n1: control.n,
        n2: treatment.n,
        mean1: control.mean,
        mean2: treatment.mean,
        var1: variance(control),
        var2: variance(treatment),
        diff: welch!.difference,
        welchT: welch!.t,
        welchDf: welch!.df,
        welchP: welch!.pTwoSided,
        welchPGreater: welch!.pGreater,
        welchPLess: welch!.pLess,
        welchCi95: pair(welch!.interval),
        studentT: student!.t,
        studentDf: student!.df,
        studentP: student!.pTwoSided,
        cohenD: cohenD(control, treatment),
        growthbookRelative: {
          expected: relative!.difference,
          ci95: pair(relative!.interval),
          p: relative!.pTwoSided,
          se: relative!.standardError,
        },
      };
      const { growthbookRelative, ...rest } = expected;
      expectNear(actual, rest, tolerance ? { rel: Number(tolerance.replace('rel ', '')) } : undefined);
      if (!growthbookRelative) return;
      // gbstats takes t from scipy, whose ppf is off by 2e-9; ours agrees with 40-digit arithmetic (below).
      const { ci95, ...precise } = growthbookRelative;
      expectNear(actual.growthbookRelative, precise);
      expectNear(actual.growthbookRelative.ci95, ci95, { abs: 4e-9 * growthbookRelative.se });
    },
    ({ input }) => 'control' in input,
  );
  eachCase(
    file,
    ({ input, expected }) => {
      const { t, df, pTwoSided, difference } = pairedTest(input.before, input.after);
      expectNear({ pairedT: t, df, p: pTwoSided, meanDiff: difference }, expected);
    },
    ({ input }) => 'before' in input,
  );
});

it('takes t to the last digits', () => expect(twoSidedT(0.95, 106.89483748385118)).toBeCloseTo(1.982405673154747, 14));

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 20 });

describe('moments', () => {
  it('merge to those of all values, in any split', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const merged = mergeMoments(momentsOf(a), mergeMoments(momentsOf(b), momentsOf(c)));
        const whole = momentsOf([...c, ...a, ...b]);
        expect(merged.n).toBe(whole.n);
        expect(merged.mean).toBeCloseTo(whole.mean, 8);
        expect(Math.abs(merged.m2 - whole.m2)).toBeLessThanOrEqual(1e-9 * (1 + whole.m2));
      }),
    );
  });

  it('keep the variance at an offset of a thousand million', () => {
    expect(variance(momentsOf([1e9 + 1, 1e9 + 2, 1e9 + 3]))).toBe(1);
    expect([variance(momentsOf([])), variance(momentsOf([4]))]).toEqual([null, null]);
  });
});

describe('a test without evidence', () => {
  const none = { t: null, pTwoSided: 1, pGreater: 1, pLess: 1, interval: null };
  it.each([
    [[], []],
    [[1], [2]],
    [[], [1, 2]],
    [
      [5, 5, 5],
      [7, 7, 7],
    ],
  ])('%j against %j has p = 1, not NaN', (a, b) => {
    const [control, treatment] = [momentsOf(a), momentsOf(b)];
    expect(welchTest(control, treatment)).toMatchObject(none);
    expect(studentTest(control, treatment)).toMatchObject(none);
    expect(relativeMeanTest(control, treatment)).toMatchObject(none);
    expect(cohenD(control, treatment)).toBeNull();
  });
  it('is said of pairs, too', () => {
    expect(pairedTest([], [])).toMatchObject({ ...none, difference: null });
    expect(pairedTest([1, 2], [2, 3])).toMatchObject({ ...none, difference: 1 });
    expect(relativeMeanTest(momentsOf([-1, 1]), momentsOf([1, 2]))).toMatchObject({ ...none, difference: null });
  });
  it('is not what bad input is', () => {
    expect(() => pairedTest([1], [])).toThrow('the same number');
    expect(() => pairedTest([1], [Number.NaN])).toThrow('after[0]');
    expect(() => welchTest(momentsOf([1, 2]), momentsOf([1, 3]), 1)).toThrow('confidence');
  });
});
