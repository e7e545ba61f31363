import { describe, expect, it } from 'vitest';
import { coMomentsOf, mergeCoMoments } from '../../../core/statistics/comoments.ts';
import { relativeMeanTest, welchTest } from '../../../core/statistics/means.ts';
import { ratioMoments, ratioTest } from '../../../core/statistics/ratio-metric.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

describe('ratios against gbstats', () => {
  eachCase(statVectors('ratio-metric'), ({ input, expected }) => {
    const control = coMomentsOf(input.controlDenominator, input.controlNumerator);
    const treatment = coMomentsOf(input.treatmentDenominator, input.treatmentNumerator);
    const found = ratioTest(control, treatment);
    const [a, b] = [ratioMoments(control)!, ratioMoments(treatment)!];
    const relative = relativeMeanTest(a, b);
    expectNear(
      {
        ratio1: found.control,
        ratio2: found.treatment,
        deltaVar1: a.m2 / (a.n - 1),
        deltaVar2: b.m2 / (b.n - 1),
        se1: Math.sqrt(a.m2 / (a.n - 1) / a.n),
        se2: Math.sqrt(b.m2 / (b.n - 1) / b.n),
        diff: found.difference,
        se: found.standardError,
        z: found.z,
        pTwoSided: found.pTwoSided,
        ci95: [found.interval!.lower, found.interval!.upper],
        growthbookRelative: {
          expected: relative.difference,
          ci95: [relative.interval!.lower, relative.interval!.upper],
          p: relative.pTwoSided,
          se: relative.standardError,
        },
        welchP: welchTest(a, b).pTwoSided,
      },
      expected,
    );
  });
});

it('is no evidence without denominators, units or spread', () => {
  const none = coMomentsOf([], []);
  const some = coMomentsOf([1, 2, 3], [1, 1, 0]);
  expect(ratioTest(none, some)).toMatchObject({ control: null, difference: null, z: null, pTwoSided: 1 });
  expect(ratioTest(coMomentsOf([0, 0], [1, 2]), some)).toMatchObject({ control: null, pTwoSided: 1 });
  expect(ratioTest(coMomentsOf([1], [1]), some)).toMatchObject({ control: 1, standardError: null, pTwoSided: 1 });
  const alike = coMomentsOf([2, 4, 6], [1, 2, 3]);
  expect(ratioTest(alike, alike)).toMatchObject({ difference: 0, standardError: 0, z: null, pTwoSided: 1 });
});

it('keeps all digits at an offset, and merges to the same', () => {
  const x = Array.from({ length: 40 }, (_, i) => 1e9 + (i % 7));
  const y = Array.from({ length: 40 }, (_, i) => 1e9 + (i % 5));
  const whole = coMomentsOf(x, y);
  const parts = mergeCoMoments(coMomentsOf(x.slice(0, 11), y.slice(0, 11)), coMomentsOf(x.slice(11), y.slice(11)));
  expectNear(parts, { ...whole }, { rel: 1e-7 });
  const small = coMomentsOf(
    x.map((value) => value - 1e9),
    y.map((value) => value - 1e9),
  );
  expectNear([whole.m2X, whole.m2Y, whole.mXY], [small.m2X, small.m2Y, small.mXY], { rel: 1e-6 });
});
