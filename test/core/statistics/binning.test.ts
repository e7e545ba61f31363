import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binCounts, binIndex, driftBins, equalWidthBins, quantileBins } from '../../../core/statistics/binning.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('bins', () => {
  it('drop nothing, whatever comes later', () => {
    fc.assert(
      fc.property(
        values,
        fc.array(fc.double({ noNaN: true })),
        fc.integer({ min: 1, max: 20 }),
        (reference, later, bins) => {
          for (const edges of [quantileBins(reference, bins), equalWidthBins(reference, bins)]) {
            expect(edges.length).toBeLessThan(bins);
          }
          for (const edges of [quantileBins(reference, bins), driftBins(reference, bins)]) {
            expect(binCounts(later, edges).reduce((total, count) => total + count, 0)).toBe(later.length);
          }
        },
      ),
    );
  });

  it('add up over parts of the data', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const edges = quantileBins(a, 10);
        const parts = binCounts(a, edges).map((count, i) => count + binCounts(b, edges)[i]!);
        expect(binCounts([...a, ...b], edges)).toEqual(parts);
      }),
    );
  });

  it('hold their left edge and not their right one', () => {
    expect([0, 1, 1.5, 2, 3, Infinity, -Infinity].map((value) => binIndex([1, 2], value))).toEqual([
      0, 1, 1, 2, 2, 2, 0,
    ]);
  });

  it('are one where the reference is constant', () => {
    expect(binCounts([1, 2, 3], equalWidthBins([7, 7, 7]))).toEqual([3]);
    expect(quantileBins([7, 7, 7], 10)).toEqual([7]);
    expect(quantileBins([5], 1)).toEqual([]);
  });

  it('for drift give each value its bin where they are few, and what lies outside the ends', () => {
    const flag = Array.from({ length: 100 }, (_, i) => Number(i % 20 === 0));
    expect(binCounts([...flag, -1, 2], driftBins(flag))).toEqual([1, 95, 5, 1]);
    expect(binCounts([5, 5, 7, 5 + 1e-15, 4], driftBins([5, 5, 5]))).toEqual([1, 2, 2]);
    expect(binCounts([-5, -5, -4, 0], driftBins([-5, -5]))).toEqual([0, 2, 2]);
    expect(binCounts([0, -0, 1e-300], driftBins([0]))).toEqual([0, 2, 1]);
  });

  it('for drift leave no value that many share in one bin with others', () => {
    const inflated = [...Array.from({ length: 85 }, () => 0), ...Array.from({ length: 15 }, (_, i) => i + 1)];
    expect(binCounts(inflated, driftBins(inflated))).toEqual([0, 85, 5, 10]);
    const capped = [...Array.from({ length: 70 }, (_, i) => i), ...Array.from({ length: 30 }, () => 100)];
    expect(binCounts([100, 101], driftBins(capped)).slice(-2)).toEqual([1, 1]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 200 }), (reference) => {
        const edges = driftBins(reference);
        for (const value of new Set(reference)) {
          const same = reference.filter((other) => binIndex(edges, other) === binIndex(edges, value));
          const share = reference.filter((other) => other === value).length / reference.length;
          if (share >= 0.3) expect(new Set(same), `${value}`).toEqual(new Set([value]));
        }
      }),
    );
  });

  it('for drift are the plain quantiles where no value is shared', () => {
    const spread = Array.from({ length: 100 }, (_, i) => i ** 1.5);
    expect(driftBins(spread)).toEqual(quantileBins(spread));
  });

  it.each([
    [() => driftBins([], 10), 'reference'],
    [() => quantileBins([], 10), 'reference'],
    [() => quantileBins([1, Number.NaN], 10), 'reference[1]'],
    [() => quantileBins([1], 0), 'bins'],
    [() => binCounts([1, Number.NaN], [0]), 'values'],
  ])('refuse bad input %#', (call, field) =>
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', details: { field } })),
  );
});
