import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import { brunnerMunzelTest } from '../../../../core/statistics/ranks/brunner-munzel.ts';
import { mannWhitneyTest } from '../../../../core/statistics/ranks/mann-whitney.ts';
import { hodgesLehmann, pairwiseDifference } from '../../../../core/statistics/ranks/pairwise-difference.ts';
import { sorted } from '../../../../core/statistics/quantile.ts';
import { eachCase, expectNear, statVectors } from '../../../support/vectors.ts';

describe('Mann–Whitney and Brunner–Munzel against scipy', () => {
  eachCase(statVectors('mann-whitney'), ({ input, expected }) => {
    const found = mannWhitneyTest(input.control, input.treatment);
    const other = brunnerMunzelTest(input.control, input.treatment);
    expectNear(
      {
        uTreatment: found.u,
        pAsymptoticContinuity: found.pContinuity,
        pAsymptotic: found.pNormal,
        pGreaterAsymptoticContinuity: found.pGreater,
        pExact: found.pExact,
        cles: found.commonLanguage,
        hodgesLehmann: found.shift,
        meanRatio: momentsOf(input.treatment).mean / momentsOf(input.control).mean,
        shiftCiRank: found.shiftInterval!.rank,
        shiftCi95Normal: [found.shiftInterval!.lower, found.shiftInterval!.upper],
        brunnerMunzel: { statistic: other.statistic, p: other.pTwoSided },
      },
      expected,
    );
  });
});

it('counts every arrangement for the exact p', () => {
  const control = [1.5, 3.5, 9];
  const treatment = [2, 4, 6, 8];
  const u = mannWhitneyTest(control, treatment).u;
  const all = [...control, ...treatment];
  let [far, count] = [0, 0];
  for (let set = 0; set < 2 ** 7; set++) {
    const [inside, outside] = [0, 1].map((bit) => all.filter((_, at) => ((set >> at) & 1) === bit));
    if (outside!.length !== 4) continue;
    count++;
    const above = inside!.flatMap((a) => outside!.filter((b) => b > a)).length;
    if (Math.max(above, 12 - above) >= Math.max(u, 12 - u)) far++;
  }
  expect(mannWhitneyTest(control, treatment).pExact).toBeCloseTo(far / count, 14);
});

it('finds each difference of pairs without making them', () => {
  const numbers = fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const [a, b] = [sorted(one), sorted(other)];
      const all = sorted([...b].flatMap((y) => [...a].map((x) => y - x)));
      for (let k = 1; k <= all.length; k++) expect(pairwiseDifference(a, b, k)).toBe(all[k - 1]! + 0);
      const middle = all.length >> 1;
      const median = all.length % 2 ? all[middle]! : (all[middle - 1]! + all[middle]!) / 2;
      expect(hodgesLehmann(a, b)).toBeCloseTo(median, 9);
    }),
  );
});

it('is no evidence where all values are equal, and is certain where the arms do not overlap', () => {
  expect(mannWhitneyTest([3, 3], [3, 3, 3])).toMatchObject({ pNormal: 1, pContinuity: 1, pGreater: 1, shift: 0 });
  expect(brunnerMunzelTest([3, 3], [3, 3, 3])).toEqual({ statistic: null, df: null, pTwoSided: 1 });
  expect(brunnerMunzelTest([1, 2], [3, 4])).toEqual({ statistic: null, df: null, pTwoSided: 0 });
  expect(brunnerMunzelTest([1], [3, 4])).toMatchObject({ statistic: null, pTwoSided: 1 });
  expect(mannWhitneyTest([1], [2]).shiftInterval).toBeNull();
});

it.each([
  ['control', [], [1]],
  ['treatment', [1], []],
  ['control[0]', [Number.NaN], [1]],
])('refuses %s', (field, control, treatment) => {
  expect(() => mannWhitneyTest(control, treatment)).toThrow(expect.objectContaining({ details: { field } }));
});
