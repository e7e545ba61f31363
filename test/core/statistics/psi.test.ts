import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { psi } from '../../../core/statistics/psi.ts';

const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 12, maxLength: 12 });

describe('psi', () => {
  it('is 0 for the same shares and grows with a shift', () => {
    expect(psi([10, 20, 30], [100, 200, 300])).toMatchObject({
      psi: 0,
      nullP: 1,
      bins: 3,
      referenceTotal: 60,
      currentTotal: 600,
    });
    expect(psi([50, 50], [60, 40]).psi).toBeLessThan(psi([50, 50], [70, 30]).psi!);
  });

  it('is symmetric, never negative and never NaN', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const { psi: value, nullP } = psi(a, b);
        if (a.some(Boolean) && b.some(Boolean)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(nullP).toBeGreaterThanOrEqual(0);
          expect(value).toBeCloseTo(psi(b, a).psi!, 10);
        } else expect([value, nullP]).toEqual([null, null]);
      }),
    );
  });

  it('judges a small window by its null level, not by a fixed threshold', () => {
    const window = [14, 6, 12, 8, 10, 13, 5, 11, 9, 12];
    const result = psi(
      Array.from({ length: 10 }, () => 1000),
      window,
    );
    expect(result.psi).toBeGreaterThan(0.08);
    expect(result.nullP).toBeGreaterThan(0.3);
  });

  it('has no answer for an empty sample, and no drift in one bin', () => {
    expect(psi([0, 0], [1, 2])).toMatchObject({ psi: null, nullP: null });
    expect(psi([1, 2], [0, 0])).toMatchObject({ psi: null, nullP: null });
    expect(psi([], [])).toMatchObject({ psi: null, bins: 0 });
    expect(psi([5], [9])).toMatchObject({ psi: 0, nullP: 1 });
  });

  it.each([
    [[1, 2], [1], 'the same number'],
    [[1, -2], [1, 1], 'a count from 0'],
    [[1, Number.NaN], [1, 1], 'a count from 0'],
  ])('refuses %j and %j', (reference, current, message) => expect(() => psi(reference, current)).toThrow(message));

  it('refuses an epsilon of 0, which would make an empty bin infinite', () =>
    expect(() => psi([1], [1], 0)).toThrow('epsilon'));
});
