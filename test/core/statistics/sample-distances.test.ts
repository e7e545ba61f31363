import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { andersonDarlingTest } from '../../../core/statistics/anderson-darling.ts';
import { alignCategories } from '../../../core/statistics/categories.ts';
import { chiSquareContingency, chiSquareGoodnessOfFit } from '../../../core/statistics/chi-square-test.ts';
import { evidentlyDrift, nannymlDrift } from '../../../core/statistics/compatible-drift.ts';
import { cramerVonMisesTest } from '../../../core/statistics/cramer-von-mises.ts';
import { binnedDistances } from '../../../core/statistics/distances.ts';
import { mmdRbf, sampleDistances } from '../../../core/statistics/sample-distances.ts';

const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 15 });
const counts = fc.array(fc.nat(50), { minLength: 6, maxLength: 6 });

describe('distances of samples', () => {
  it('are 0 from a sample to itself, symmetric, and follow a shift', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 9 }), (a, b, shift) => {
        const { wasserstein, energyDistance } = sampleDistances(a, b)!;
        expect(sampleDistances(b, a)!.wasserstein).toBeCloseTo(wasserstein, 10);
        expect(sampleDistances(b, a)!.energyDistance).toBeCloseTo(energyDistance, 10);
        expect(sampleDistances(a, a)).toMatchObject({ wasserstein: 0, energyDistance: 0 });
        expect(
          sampleDistances(
            a,
            a.map((value) => value + shift),
          )!.wasserstein,
        ).toBeCloseTo(shift, 9);
        expect(mmdRbf(a, b)!.biased).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });

  it('do not exist for empty samples', () => {
    for (const distance of [sampleDistances, mmdRbf, andersonDarlingTest, evidentlyDrift, nannymlDrift]) {
      expect([distance([], [1]), distance([1], [])]).toEqual([null, null]);
    }
    expect(cramerVonMisesTest([], [1])).toEqual({ statistic: 0, p: 1 });
    expect(binnedDistances([0], [1])).toBeNull();
  });

  it('of constants are finite', () => {
    const same = [5, 5, 5];
    expect(sampleDistances(same, [6])).toEqual({ wasserstein: 1, wassersteinNormed: 1000, energyDistance: Math.SQRT2 });
    expect(mmdRbf(same, same)).toEqual({ sigma: 0, biased: 0, unbiased: 0 });
    expect(mmdRbf([5], [6])).toMatchObject({ unbiased: null });
    expect(andersonDarlingTest(same, same)).toBeNull();
    expect(cramerVonMisesTest(same, same).p).toBe(1);
    expect(nannymlDrift(same, same)).toMatchObject({ jensenShannonDistance: 0 });
    expect(nannymlDrift(same, [9])).toMatchObject({ jensenShannonDistance: 1 });
    expect(evidentlyDrift(same, same)).toMatchObject({ psi: 0, jensenShannonDistance: 0 });
    expect(evidentlyDrift([1], [1])).toMatchObject({ binEdges: [0.5, 1.5], psi: 0 });
  });

  it('refuse what is not a number, and more pairs than they should look at', () => {
    for (const distance of [
      sampleDistances,
      mmdRbf,
      andersonDarlingTest,
      cramerVonMisesTest,
      evidentlyDrift,
      nannymlDrift,
    ]) {
      expect(() => distance([1], [Number.NaN])).toThrow('current[0]');
    }
    expect(() =>
      mmdRbf(
        Array.from({ length: 4001 }, () => 1),
        [1],
      ),
    ).toThrow('at most 4000');
  });

  it('give p-values that fall as the shift grows and keep their level', () => {
    const grid = Array.from({ length: 60 }, (_, i) => i / 60);
    const ps = [0, 0.1, 0.2, 0.4].map(
      (shift) =>
        cramerVonMisesTest(
          grid,
          grid.map((value) => value + shift),
        ).p,
    );
    expect(ps).toEqual(ps.toSorted((a, b) => b - a));
    expect(ps[0]).toBeGreaterThan(0.99);
    expect(
      andersonDarlingTest(
        grid,
        grid.map((value) => value + 0.5),
      ),
    ).toMatchObject({ pClamped: 0.001 });
    expect(
      andersonDarlingTest(
        grid,
        grid.map((value) => value + 0.001),
      ),
    ).toMatchObject({ pClamped: 0.25 });
  });
});

describe('distances of counts', () => {
  it('stay within their bounds, and are 0 for the same shares', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const found = binnedDistances(a, b);
        if (!a.some(Boolean) || !b.some(Boolean)) return expect(found).toBeNull();
        for (const [name, value] of Object.entries(found!)) {
          expect(value, name).toBeGreaterThanOrEqual(0);
          if (name !== 'kullbackLeibler') expect(value, name).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(
          binnedDistances(
            a,
            a.map((count) => 3 * count),
          )!.totalVariation,
        ).toBeCloseTo(0, 12);
      }),
    );
  });

  it('read categories by their own keys only', () => {
    const aligned = alignCategories({ b: 2, a: 1 }, JSON.parse('{"b": 1, "__proto__": 4, "constructor": 1}'));
    expect(aligned).toEqual({
      categories: ['__proto__', 'a', 'b', 'constructor'],
      reference: [0, 1, 2, 0],
      current: [4, 0, 1, 1],
    });
  });

  it('have a chi-square without evidence for one bin or an empty sample', () => {
    const none = { statistic: 0, df: 0, p: 1 };
    expect(chiSquareContingency([4], [9])).toMatchObject({ ...none, cramersV: 0, pG: 1 });
    expect(chiSquareContingency([0, 0], [4, 9])).toMatchObject(none);
    expect(chiSquareContingency([4, 0, 0], [9, 0, 0])).toMatchObject(none);
    expect(chiSquareGoodnessOfFit([0, 0], [1, 1])).toEqual(none);
    expect(chiSquareGoodnessOfFit([3, 1], [1, 0])).toEqual({ statistic: Infinity, df: 1, p: 0 });
  });

  it('have a chi-square whose Cramér V is 1 for samples without a common bin', () =>
    expect(chiSquareContingency([10, 0], [0, 10]).cramersV).toBeCloseTo(1, 12));
});
