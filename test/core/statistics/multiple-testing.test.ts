import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Adjustment, adjustPValues } from '../../../core/statistics/multiple-testing.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

describe('adjusted p-values against statsmodels', () => {
  eachCase(statVectors('multiple-testing'), ({ input, expected }) => {
    expect(Object.keys(expected)).toHaveLength(6);
    for (const [method, { adjusted, reject }] of Object.entries<any>(expected)) {
      const actual = adjustPValues(input.pValues, method as Adjustment);
      expectNear(actual, adjusted);
      expect(actual.map((p) => p <= input.alpha)).toEqual(reject);
    }
  });
});

const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('adjustPValues', () => {
  it('never makes a p-value smaller nor changes the order of evidence', () => {
    fc.assert(
      fc.property(
        ps,
        fc.constantFrom<Adjustment>(
          'bonferroni',
          'sidak',
          'holm',
          'hochberg',
          'benjaminiHochberg',
          'benjaminiYekutieli',
        ),
        (values, method) => {
          const frozen = Object.freeze([...values]);
          const adjusted = adjustPValues(frozen, method);
          for (const [i, p] of values.entries()) {
            expect(adjusted[i]!).toBeGreaterThanOrEqual(p * (1 - 1e-12));
            expect(adjusted[i]!).toBeLessThanOrEqual(1);
            for (const [j, q] of values.entries()) if (p <= q) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
          }
        },
      ),
    );
  });
  it('refuses what is no probability', () =>
    expect(() => adjustPValues([0.1, Number.NaN], 'holm')).toThrow('pValues[1]'));
});
