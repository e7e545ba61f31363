import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOf, differenceOf } from '../../../core/tensor/agreement.ts';
import { ulpsApart } from '../../../core/tensor/ulp.ts';
import { readTensors } from '../../../core/tensor/written.ts';
import type { TensorValue } from '../../../schema/release.ts';

type Data = TensorValue['data'];
const value = (data: Data, change: Partial<TensorValue> = {}): TensorValue => ({
  name: 'y',
  dtype: 'float32',
  shape: [data.length],
  data,
  ...change,
});
const agreement = (expected: TensorValue[], answered: TensorValue[]) =>
  agreementOf(expected, readTensors(answered, 'the answer'));

const next = (x: number): number => {
  if (x === 0) return 2 ** -149;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  view.setInt32(0, view.getInt32(0) + 1);
  return view.getFloat32(0);
};

describe('the distance in ulp of float32', () => {
  it('counts the numbers between two of them', () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true, max: Math.fround(1e30), min: Math.fround(-1e30) }),
        (x) => {
          expect(ulpsApart(x, x)).toBe(0);
          expect(ulpsApart(x, next(x))).toBe(1);
          expect(ulpsApart(next(x), x)).toBe(1);
        },
      ),
    );
    expect(ulpsApart(-0, 0)).toBe(0);
  });

  it.each([
    [1, Number.NaN, Infinity],
    [Number.NaN, Number.NaN, 0],
    [Infinity, Infinity, 0],
    [Infinity, 3.4028234663852886e38, Infinity],
    [1e300, 1e301, Infinity], // float32 holds neither
  ])('from %d to %d is %d', (a, b, apart) => expect(ulpsApart(a, b)).toBe(apart));
});

describe('the agreement of outputs', () => {
  const x = Math.fround(0.3);

  it.each<[string, TensorValue[], TensorValue[], string]>([
    ['equal values', [value([x, 1])], [value([x, 1])], 'EXACT'],
    ['values two steps apart', [value([x])], [value([next(next(x))])], 'BOUNDED'],
    ['values three steps apart', [value([x])], [value([next(next(next(x)))])], 'OFF'],
    ['NaN for NaN', [value(['NaN'])], [value(['NaN'])], 'EXACT'],
    ['NaN for a number', [value([1])], [value(['NaN'])], 'OFF'],
    ['whole numbers one apart', [value([1], { dtype: 'int64' })], [value([2], { dtype: 'int64' })], 'OFF'],
    ['a whole number as text', [value(['7'], { dtype: 'int64' })], [value([7], { dtype: 'int64' })], 'EXACT'],
    ['equal text', [value(['a'], { dtype: 'string' })], [value(['a'], { dtype: 'string' })], 'EXACT'],
    ['an output that is missing', [value([1])], [], 'OFF'],
    ['an output that nobody expects', [value([1])], [value([1]), value([2], { name: 'z' })], 'EXACT'],
    ['too few values', [value([1, 2])], [value([1])], 'OFF'],
    // The same values in another shape or type are another answer: who reads them by place or by type reads others.
    ['another shape', [value([1, 2], { shape: [2, 1] })], [value([1, 2], { shape: [1, 2] })], 'OFF'],
    ['another type', [value([1, 2])], [value([1, 2], { dtype: 'float64' })], 'OFF'],
    ['another name', [value([1])], [value([1], { name: 'z' })], 'OFF'],
  ])('of %s', (_, expected, answered, is) => expect(agreement(expected, answered)).toBe(is));

  it('says where the first difference is', () => {
    const answered = readTensors([value([1, 2, 3])], 'the answer');
    expect(differenceOf([value([1, 2, 4])], answered, 'BOUNDED')).toEqual({
      tensor: 'y',
      why: '[2] is 3, not 4',
      values: { expected: 4, actual: 3 },
    });
    expect(differenceOf([value([1, 2, 3], { shape: [3, 1] })], answered, 'EXACT')).toEqual({
      tensor: 'y',
      why: 'has the shape [3], not [3,1]',
    });
  });
});
