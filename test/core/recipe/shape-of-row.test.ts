import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOfRow } from '../../../core/recipe/shape-of-row.ts';

describe('the shape of a row', () => {
  it.each<[number[], number, number[] | undefined]>([
    [[-1, 3], 3, [1, 3]],
    // Six columns would be two rows, and one prediction is one.
    [[-1, 3], 6, undefined],
    [[-1, 3], 2, undefined],
    [[-1, -1], 5, [1, 5]],
    [[-1], 4, [4]],
    [[3], 3, [3]],
    [[3], 4, undefined],
    [[], 1, []],
    [[], 2, undefined],
    [[1, 3], 3, [1, 3]],
    [[2, 3], 6, [2, 3]],
    [[2, -1], 6, [2, 3]],
    [[2, -1], 5, undefined],
    [[-1, -1, 3], 6, [1, 2, 3]],
    [[-1, 2, -1], 6, [1, 2, 3]],
    [[-1, 0], 0, [1, 0]],
    [[-1, 0], 3, undefined],
  ])('of a tensor %j with %i columns is %j', (declared, columns, shape) =>
    expect(shapeOfRow(declared, columns)).toEqual(shape),
  );

  it('holds exactly the columns, keeps what is declared, and is one row of the batch', () => {
    const size = fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 4 }), fc.integer({ min: 1, max: 64 }), (declared, columns) => {
        const shape = shapeOfRow(declared, columns);
        if (!shape) return;
        expect(shape.reduce((product, one) => product * one, 1)).toBe(columns);
        for (const [axis, one] of declared.entries()) if (one >= 0) expect(shape[axis]).toBe(one);
        if (declared.length > 1 && declared[0] === -1) expect(shape[0]).toBe(1);
      }),
    );
  });
});
