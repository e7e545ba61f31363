import { describe, expect, it } from 'vitest';
import { emptySketch, withValues } from '../../../core/sketch/ddsketch.ts';
import { sketchEstimate } from '../../../core/sketch/quantile-estimate.ts';
import { sorted } from '../../../core/statistics/quantile.ts';
import { quantileEstimate } from '../../../core/statistics/quantile-test.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const random = seededRandom(51);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe('a quantile of a sketch with its error', () => {
  it.each([0.05, 0.5, 0.9, 0.99])('is that of the values, within the accuracy of the sketch: %d', (q) => {
    for (const values of [
      Array.from({ length: 20_000 }, () => Math.exp(4 + 0.5 * normal())),
      Array.from({ length: 20_000 }, () => -Math.exp(2 + normal())),
    ]) {
      const exact = quantileEstimate(sorted(values), q);
      const found = sketchEstimate(withValues(emptySketch(0.005), values), q)!;
      expect(Math.abs(found.value / exact.value - 1)).toBeLessThan(0.005);
      expect(found.levels).toEqual(exact.levels);
      expect(found.standardError / exact.standardError).toBeGreaterThan(0.8);
      expect(found.standardError / exact.standardError).toBeLessThan(1.25);
    }
  });

  it('is 0 among zeros, and nothing of none', () => {
    expect(sketchEstimate(withValues(emptySketch(0.005), [0, 0, 0, 4]), 0.5)).toMatchObject({ value: 0 });
    expect(sketchEstimate(emptySketch(0.005), 0.5)).toBeNull();
  });
});
