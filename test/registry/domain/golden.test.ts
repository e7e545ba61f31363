import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agreementOf,
  checkGoldenInputs,
  generateInputs,
  ulpsApart,
  verifyGolden,
} from '../../../subgraphs/registry/domain/golden.ts';

const value = (data: (number | string | boolean)[], dtype = 'float32') => ({
  name: 'y',
  dtype,
  shape: [data.length],
  data,
});
const next = (x: number): number => {
  if (x === 0) return 2 ** -149;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  view.setInt32(0, view.getInt32(0) + 1);
  return view.getFloat32(0);
};

describe('golden rows', () => {
  it('count the float32 numbers between two of them', () => {
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
    expect(ulpsApart(1, Number.NaN)).toBe(Infinity);
  });

  it('agree exactly, within two steps of float32, or not', () => {
    const x = Math.fround(0.3);
    expect(agreementOf([value([x, 1])], [value([x, 1])])).toBe('EXACT');
    expect(agreementOf([value([x])], [value([next(next(x))])])).toBe('BOUNDED');
    expect(agreementOf([value([x])], [value([next(next(next(x)))])])).toBe('OFF');
    expect(agreementOf([value([1], 'int64')], [value([2], 'int64')])).toBe('OFF');
    expect(agreementOf([value(['a'], 'string')], [value(['a'], 'string')])).toBe('EXACT');
    expect(agreementOf([value([1, 2])], [value([1])])).toBe('OFF');
    expect(agreementOf([value([1])], [])).toBe('OFF');
  });

  it('let a submitter’s runtime differ a little, not more', () => {
    const rows = [{ inputs: [], outputs: [value([0.5])] }];
    expect(() => verifyGolden(rows, [[value([0.50001])]])).not.toThrow();
    expect(() => verifyGolden(rows, [[value([0.501])]])).toThrow(/row 0: "y" should be 0.5 and is 0.501/);
    expect(() => verifyGolden(rows, [[]])).toThrow(/row 0/);
  });

  it('are made the same each time, one row at a time', () => {
    const inputs = [
      { name: 'x', dtype: 'float32', shape: [-1, 3] },
      { name: 's', dtype: 'string', shape: [-1, 1] },
    ];
    expect(generateInputs(inputs)).toEqual(generateInputs(inputs));
    expect(generateInputs(inputs)[0]).toMatchObject([{ shape: [1, 3] }, { shape: [1, 1], data: [expect.any(String)] }]);
  });

  it.each([
    ['a missing input', { inputs: [] }, /"x" must be given once/],
    ['an input twice', { inputs: ['x', 'x'] }, /"x" must be given once/],
    ['a stranger', { inputs: ['x', 'z'] }, /no "z"/],
    ['another type', { inputs: ['x'], dtype: 'float64' }, /is float32, not float64/],
    ['another shape', { inputs: ['x'], shape: [1, 3] }, /has the shape \[-1, 2\]/],
    ['too few values', { inputs: ['x'], data: [1] }, /has 2 values, not 1/],
    ['no output', { inputs: ['x'], outputs: [] }, /no output/],
    ['an output that is not there', { inputs: ['x'], outputs: ['z'] }, /no "z"/],
  ] as const)('are refused with %s', (_, given: any, message) => {
    const { inputs, dtype = 'float32', shape = [1, 2], data = [1, 2], outputs = ['y'] } = given;
    const row = {
      inputs: inputs.map((name: string) => ({ name, dtype, shape, data })),
      outputs: outputs.map((name: string) => ({ name, dtype: 'float32', shape: [1], data: [1] })),
    };
    expect(() => checkGoldenInputs([row], [{ name: 'x', dtype: 'float32', shape: [-1, 2] }], [{ name: 'y' }])).toThrow(
      message,
    );
  });
});
