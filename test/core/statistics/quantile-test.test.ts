import { describe, expect, it } from 'vitest';
import { coMomentsOf } from '../../../core/statistics/comoments.ts';
import { sorted } from '../../../core/statistics/quantile.ts';
import {
  clusterInflation,
  harrellDavis,
  quantileDifference,
  quantileEstimate,
  quantileOfType,
  quantileRanks,
} from '../../../core/statistics/quantile-test.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

describe('quantiles against numpy, scipy and gbstats', () => {
  eachCase(statVectors('quantile'), ({ input, expected }) => {
    const [x, q] = [sorted(input.x), input.q];
    const found = quantileEstimate(x, q);
    const ranks = quantileRanks(x, q);
    const versus = input.y && quantileDifference(found, quantileEstimate(sorted(input.y), q));
    expectNear(
      {
        type7: quantileOfType(x, q, 7),
        type6: quantileOfType(x, q, 6),
        type8: quantileOfType(x, q, 8),
        inverseCdf: quantileOfType(x, q, 1),
        harrellDavis: harrellDavis(x, q),
        orderStatCi95: {
          lowerRank1: ranks.lowerRank,
          upperRank1: ranks.upperRank,
          lower: ranks.lower,
          upper: ranks.upper,
          coverage: ranks.coverage,
        },
        woodruff: {
          lowerLevel: found.levels.lower,
          upperLevel: found.levels.upper,
          lower: found.interval.lower,
          upper: found.interval.upper,
          se: found.standardError,
        },
        ...(versus && {
          difference: {
            diff: versus.difference,
            se: versus.standardError,
            z: versus.z,
            pTwoSided: versus.pTwoSided,
            pGreater: versus.pGreater,
          },
        }),
      },
      expected,
    );
  });
});

describe('events of which several belong to one unit', () => {
  it('are as good as independent ones where they are alike within no unit', () => {
    const random = seededRandom(5);
    const units = coMomentsOf(
      Array.from({ length: 4_000 }, () => 10),
      Array.from({ length: 4_000 }, () =>
        Array.from({ length: 10 }, () => Number(random() < 0.9)).reduce((a, b) => a + b),
      ),
    );
    expect(clusterInflation(units, 0.9)).toBeCloseTo(1, 1);
  });

  it('are worth one each where they are all alike', () => {
    const random = seededRandom(6);
    const below = Array.from({ length: 4_000 }, () => (random() < 0.9 ? 10 : 0));
    const units = coMomentsOf(
      below.map(() => 10),
      below,
    );
    expect(clusterInflation(units, 0.9)).toBeCloseTo(10, 0);
  });

  it('say nothing of one unit', () => expect(clusterInflation(coMomentsOf([5], [4]), 0.9)).toBe(1));
});

it('is no evidence where no value varies', () => {
  const same = quantileEstimate(sorted([2, 2, 2, 2]), 0.5);
  expect(quantileDifference(same, same)).toMatchObject({ difference: 0, z: null, pTwoSided: 1, interval: null });
});

it.each([
  ['q', [1, 2], 1],
  ['values', [], 0.5],
  ['values[1]', [1, Infinity], 0.5],
])('refuses %s', (field, values, q) => {
  expect(() => quantileEstimate(sorted(values), q)).toThrow(expect.objectContaining({ details: { field } }));
});
