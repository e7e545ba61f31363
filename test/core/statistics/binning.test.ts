import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binCounts, binIndex, equalWidthBins, quantileBins } from '../../../core/statistics/binning.ts';

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

  it.each([
    [() => quantileBins([], 10), 'reference'],
    [() => quantileBins([1, Number.NaN], 10), 'reference[1]'],
    [() => quantileBins([1], 0), 'bins'],
    [() => binCounts([1, Number.NaN], [0]), 'values'],
  ])('refuse bad input %#', (call, field) =>
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', details: { field } })),
  );
});
