import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binCounts } from '../../../core/statistics/binning.ts';
import { ksFromCounts, ksGreaterExact, ksTest } from '../../../core/statistics/kolmogorov-smirnov.ts';

const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -1000, max: 1000 }).map((n) => n / 7),
);
const sample = fc.array(value, { minLength: 1, maxLength: 12 });
const share = (values: readonly number[], x: number) => values.filter((one) => one <= x).length / values.length;

describe('ksTest', () => {
  it('finds the largest distance of the distribution functions', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const distances = [...a, ...b].map((x) => share(b, x) - share(a, x));
        const { d, dPlus, dMinus } = ksTest(a, b);
        expect(dPlus).toBeCloseTo(Math.max(0, ...distances), 12);
        expect(dMinus).toBeCloseTo(-Math.min(0, ...distances), 12);
        expect(d).toBe(Math.max(dPlus, dMinus));
      }),
    );
  });

  it('gives the p of all orders of two small samples', () => {
    const distinct = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
    );
    fc.assert(
      fc.property(distinct, ([n, m, keys]) => {
        const ranks = keys
          .slice(0, n + m)
          .map((key, i) => [key, i] as const)
          .toSorted((x, y) => x[0] - y[0])
          .map(([, i]) => i);
        const split = (mask: number) => {
          const chosen = ranks.filter((_, i) => (mask >> i) & 1);
          return chosen.length === n ? ([chosen, ranks.filter((_, i) => !((mask >> i) & 1))] as const) : null;
        };
        const all = Array.from({ length: 2 ** (n + m) }, (_, mask) => split(mask)).filter((one) => one !== null);
        const seen = ksTest(ranks.slice(0, n), ranks.slice(n));
        const rate = (stat: (a: number[], b: number[]) => number, least: number) =>
          all.filter(([a, b]) => stat(a, b) >= least - 1e-12).length / all.length;
        expect(seen.pExact).toBeCloseTo(
          rate((a, b) => ksTest(a, b).d, seen.d),
          12,
        );
        expect(ksGreaterExact(ranks.slice(0, n), ranks.slice(n))).toBeCloseTo(
          rate((a, b) => ksTest(a, b).dPlus, seen.dPlus),
          12,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('answers empty and constant samples', () => {
    expect(ksTest([], [1, 2])).toMatchObject({
      d: 0,
      p: 1,
      pLimit: 1,
      pExact: null,
      referenceTotal: 0,
      currentTotal: 2,
    });
    expect(ksTest([3, 3, 3], [3, 3])).toMatchObject({ d: 0, p: 1, pExact: 1 });
    expect(ksTest([1], [2])).toMatchObject({ d: 1, dPlus: 0, dMinus: 1, p: 1 });
    expect(() => ksTest([1, Number.NaN], [1])).toThrow('reference[1]');
  });

  it('falls back to the limit where the exact p would cost too much', () => {
    const [a, b] = [3000, 3001].map((n) => Array.from({ length: n }, (_, i) => Math.sin(i * n)));
    const result = ksTest(a!, b!);
    expect(result).toMatchObject({ method: 'limit', pExact: null });
    expect(result.p).toBe(result.pLimit);
  });
});

describe('ksFromCounts', () => {
  it('never exceeds the raw distance and misses at most the largest bin', () => {
    const edges = [-100, -3, -1, 0, 1, 3, 100];
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [ref, cur] = [binCounts(a, edges), binCounts(b, edges)];
        const [raw, fromBins] = [ksTest(a, b).d, ksFromCounts(ref, cur).d];
        const largest = Math.max(...ref.map((n) => n / a.length), ...cur.map((n) => n / b.length));
        expect(fromBins).toBeLessThanOrEqual(raw + 1e-12);
        expect(fromBins).toBeGreaterThanOrEqual(raw - largest - 1e-12);
      }),
    );
  });

  it('has nothing to say about empty counts', () => expect(ksFromCounts([0, 0], [1, 2])).toMatchObject({ d: 0, p: 1 }));
});
