import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascendingCells, sharedCells } from '../../../core/sketch/cells.ts';
import {
  addSketch,
  addToSketch,
  collapseTo,
  emptyCollapsing,
  MOST_CELLS,
  type CollapsingSketch,
} from '../../../core/sketch/collapsing-sketch.ts';
import { emptySketch, sketchCount, sketchQuantile, withValues } from '../../../core/sketch/ddsketch.ts';
import { binCounts } from '../../../core/statistics/binning.ts';
import { sorted } from '../../../core/statistics/quantile.ts';

function sketchOf(values: Iterable<number>): CollapsingSketch {
  const sketch = emptyCollapsing();
  for (const value of values) addToSketch(sketch, value);
  return sketch;
}

const numbers = fc.array(
  fc.oneof(fc.double({ min: -1e145, max: 1e145, noNaN: true }), fc.integer({ min: -500, max: 500 })),
  { minLength: 0, maxLength: 400 },
);

describe('a sketch that collapses', () => {
  it('is that of all numbers together, whichever way they were divided', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, c) => {
        const whole = sketchOf([...a, ...b, ...c]);
        for (const order of [
          [a, b, c],
          [c, a, b],
        ]) {
          const merged = emptyCollapsing();
          for (const part of order) addSketch(merged, sketchOf(part));
          expect(merged).toEqual(whole);
        }
        expect(sketchCount(whole)).toBe(a.length + b.length + c.length);
      }),
    );
  });

  it('has as few levels as its bins allow, and at level 10 the bins of 1 %', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const sketch = sketchOf(values);
        const cells = ({ positive, negative }: CollapsingSketch): number => positive.size + negative.size;
        expect(cells(sketch)).toBeLessThanOrEqual(MOST_CELLS);
        if (sketch.level > 10) return;
        collapseTo(sketch, 10);
        const { positive, negative, zeros } = sketch;
        const byDefinition = withValues(emptySketch(0.01), values);
        expect({ positive, negative, zeros }).toEqual({
          positive: byDefinition.positive,
          negative: byDefinition.negative,
          zeros: byDefinition.zeros,
        });
      }),
    );
  });

  it('gives quantiles within its accuracy', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => Math.exp(((i * 7_919) % 5_000) / 500 - 5));
    const sketch = sketchOf(values);
    expect(sketch.relativeAccuracy).toBeLessThan(0.05);
    const ranked = sorted(values);
    for (const q of [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1]) {
      const exact = ranked[Math.floor(q * 4_999)]!;
      expect(Math.abs(sketchQuantile(sketch, q) / exact - 1)).toBeLessThanOrEqual(sketch.relativeAccuracy * 1.000_001);
    }
  });

  it('keeps apart what lies close together, however far from 0', () => {
    const years = sketchOf(Array.from({ length: 1_000 }, (_, i) => 2_020 + (i % 6)));
    expect(years.positive.size).toBe(6);
    const minutes = sketchOf(Array.from({ length: 10_000 }, (_, i) => 1_772_000_000 + i * 60));
    expect(minutes.positive.size).toBeGreaterThan(10);
  });
});

it('two windows share the cells of the wider bins, and count in them what lies between their edges', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true })), numbers, (a, b) => {
      const { reference, current, edgeOf } = sharedCells(ascendingCells(sketchOf(a)), ascendingCells(sketchOf(b)));
      if (reference.length === 0) return;
      const edges = reference.slice(1).map((_, i) => edgeOf(i + 1));
      // A number at an edge itself may fall to either side of its rounded place.
      const clear = (values: readonly number[]) => values.every((one) => edges.every((edge) => apart(one, edge)));
      if (!clear(a) || !clear(b)) return;
      expect([binCounts(a, edges), binCounts(b, edges)]).toEqual([reference, current]);
    }),
  );
});

const apart = (one: number, other: number): boolean =>
  Math.abs(one - other) > 1e-9 * Math.max(Math.abs(one), Math.abs(other));
