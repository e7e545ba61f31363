import { describe, expect, it } from 'vitest';
import { coMomentsOf, correlation, mergeCoMoments } from '../../../core/statistics/comoments.ts';
import { cupedTest } from '../../../core/statistics/cuped.ts';
import { welchTest } from '../../../core/statistics/means.ts';
import { momentsOf, variance } from '../../../core/statistics/moments.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

describe('CUPED against gbstats', () => {
  eachCase(statVectors('cuped'), ({ input, expected }) => {
    const control = coMomentsOf(input.controlPre, input.controlPost);
    const treatment = coMomentsOf(input.treatmentPre, input.treatmentPost);
    const found = cupedTest(control, treatment);
    const shown = ({ difference, standardError, interval, pTwoSided }: typeof found.absolute) => ({
      expected: difference,
      se: standardError,
      ci95: [interval!.lower, interval!.upper],
      p: pTwoSided,
    });
    const { growthbookAbsolute, growthbookRelative, ...rest } = expected;
    expectNear(
      {
        theta: found.theta,
        thetaWithinArm: found.thetaWithinArm,
        correlation: correlation(mergeCoMoments(control, treatment)),
        adjustedMean1: found.control.mean,
        adjustedMean2: found.treatment.mean,
        adjustedVar1: variance(found.control),
        adjustedVar2: variance(found.treatment),
        diff: found.absolute.difference,
        se: found.absolute.standardError,
        t: found.absolute.t,
        df: found.absolute.df,
        p: found.absolute.pTwoSided,
        unadjustedSe: welchTest(momentsOf(input.controlPost), momentsOf(input.treatmentPost)).standardError,
        varianceReduction: found.varianceReduction,
      },
      rest,
    );
    for (const [test, { ci95, ...precise }] of [
      [found.absolute, growthbookAbsolute],
      [found.relative, growthbookRelative],
    ]) {
      expectNear(shown(test), precise);
      // gbstats takes t from scipy, whose ppf is off by 2e-9.
      expectNear(shown(test).ci95, ci95, { abs: 4e-9 * precise.se });
    }
  });
});

it('changes nothing where nothing was known before', () => {
  const [control, treatment] = [coMomentsOf([5, 5, 5], [1, 2, 4]), coMomentsOf([5, 5, 5], [2, 3, 7])];
  const found = cupedTest(control, treatment);
  expect(found.theta).toBe(0);
  expect(found.absolute).toEqual(welchTest(momentsOf([1, 2, 4]), momentsOf([2, 3, 7])));
  expect(found.varianceReduction).toBe(0);
});

it('is no evidence with too few units', () => {
  const found = cupedTest(coMomentsOf([1], [1]), coMomentsOf([2, 3], [2, 3]));
  expect(found.absolute).toMatchObject({ t: null, pTwoSided: 1 });
  expect(found.varianceReduction).toBeNull();
});
