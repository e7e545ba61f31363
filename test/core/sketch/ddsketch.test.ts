import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySketch, mergeSketches, sketchCount, sketchQuantile, withValues } from '../../../core/sketch/ddsketch.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

const refusal = (field: string) => expect.objectContaining({ code: 'INVALID_INPUT', details: { field } });

describe('DDSketch against its definition', () => {
  eachCase(statVectors('ddsketch'), ({ input, expected }) => {
    const sketch = withValues(emptySketch(input.relativeAccuracy), input.x);
    expect(Object.fromEntries(sketch.positive)).toEqual(expected.positiveBins);
    expect(Object.fromEntries(sketch.negative)).toEqual(expected.negativeBins);
    expect(sketch.zeros).toBe(expected.zeroCount);
    for (const { q, estimate, exactLowerRank } of expected.quantiles) {
      const found = sketchQuantile(sketch, q);
      expectNear(found, estimate);
      expect(Math.abs(found - exactLowerRank)).toBeLessThanOrEqual(
        input.relativeAccuracy * Math.abs(exactLowerRank) * (1 + 1e-9),
      );
    }
  });
});

it('is the same sketch, whichever way values were divided', () => {
  const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const empty = emptySketch(0.01);
      const [x, y, z] = [a, b, c].map((part) => withValues(empty, part));
      const whole = withValues(empty, [...a, ...b, ...c]);
      expect(mergeSketches(x!, mergeSketches(y!, z!))).toEqual(whole);
      expect(mergeSketches(mergeSketches(z!, x!), y!)).toEqual(whole);
      expect(sketchCount(whole)).toBe(a.length + b.length + c.length);
    }),
  );
});

it('knows no quantile of nothing, and refuses what it cannot hold', () => {
  const empty = emptySketch(0.01);
  expect(sketchQuantile(empty, 0.5)).toBeNaN();
  expect(() => sketchQuantile(empty, 1.1)).toThrow(refusal('q'));
  expect(() => withValues(empty, [1, Number.NaN])).toThrow(refusal('value'));
  expect(() => emptySketch(1)).toThrow(refusal('relativeAccuracy'));
  expect(() => mergeSketches(empty, emptySketch(0.02))).toThrow(refusal('relativeAccuracy'));
});
