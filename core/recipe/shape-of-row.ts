import { elementCount } from '../tensor/element-type.ts';

/**
 * The shape of the one row that a prediction feeds to a tensor, from the shape that the model declares; undefined where
 * so many columns are no row. A free first dimension is the batch, and one prediction is one row of it; the last of the
 * other free dimensions holds what the rest leave. A tensor of one free dimension is a row of any length.
 */
export function shapeOfRow(declared: readonly number[], columns: number): readonly number[] | undefined {
  const shape = declared.map((size) => (size < 0 ? 1 : size));
  const known = elementCount(shape);
  if (known === columns) return shape;
  const open = declared.findLastIndex((size, axis) => size < 0 && (axis > 0 || declared.length === 1));
  if (open < 0 || known === 0 || columns % known !== 0) return undefined;
  shape[open] = columns / known;
  return shape;
}
