import { describe, expect, it } from 'vitest';
import {
  checkGoldenInputs,
  generateInputs,
  reproduces,
  verifyGolden,
} from '../../../subgraphs/registry/domain/version/golden.ts';

const value = (data: (number | string | boolean)[], dtype = 'float32') => ({
  name: 'y',
  dtype,
  shape: [data.length],
  data,
});
describe('golden rows', () => {
  it('are reproduced by the same outputs, and by no others', () => {
    const row = { inputs: [], outputs: [value([0.5, 1])] };
    expect(reproduces(row, [value([0.5, 1])])).toBe(true);
    expect(reproduces(row, [value([0.5, 1.5])])).toBe(false);
    expect(reproduces(row, [{ ...value([0.5, 1]), shape: [1, 2] }])).toBe(false);
    expect(reproduces(row, [value([0.5, 1], 'float64')])).toBe(false);
    expect(reproduces(row, [value([0.5, 1], 'bfloat16')])).toBe(false);
  });

  it('let a submitter’s runtime differ a little, not more', () => {
    const rows = [{ inputs: [], outputs: [value([0.5])] }];
    expect(() => verifyGolden(rows, [[value([0.50001])]])).not.toThrow();
    expect(() => verifyGolden(rows, [[value([0.501])]])).toThrow(/row 0: "y" \[0\] is 0.5009.*, not 0.5/);
    expect(() => verifyGolden(rows, [[]])).toThrow(/row 0/);
    expect(() => verifyGolden(rows, [[{ ...value([0.5]), shape: [1, 1] }]])).toThrow(
      /"y" has the shape \[1,1\], not \[1\]/,
    );
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
