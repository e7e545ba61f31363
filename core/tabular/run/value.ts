import { DomainError } from '../../errors.ts';
import type { Tensor, TensorData } from '../../tensor/tensor.ts';
import type { ClassLabels } from '../tree-ensemble.ts';

/** The values of a run, each where its step puts it. */
export type Values = (Tensor | undefined)[];

/** What a step does with the values. */
export type Kernel = (values: Values) => void;

export const cannot = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `the model cannot run this: ${why}`);

export function valueAt(values: Values, at: number): Tensor {
  const value = values[at];
  if (!value) throw cannot('a value is missing');
  return value;
}

/** The axis counted from the first dimension. */
export function axisOf(axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  if (own < 0 || own >= rank) throw cannot(`there is no dimension ${axis} of ${rank}`);
  return own;
}

/** How many rows and columns; one dimension is one row. */
export function matrixOf({ shape }: Tensor): readonly [rows: number, columns: number] {
  if (shape.length === 2) return [shape[0] ?? 0, shape[1] ?? 0];
  if (shape.length === 1) return [1, shape[0] ?? 0];
  throw cannot(`[${shape.join()}] are not rows of columns`);
}

type Numbers = Exclude<TensorData, readonly string[]>;
export const isNumbers = (data: TensorData): data is Numbers => !Array.isArray(data);

/** As float32, as C casts: whole numbers beyond 2^24 are rounded. */
export function float32Of({ dtype, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  if (!isNumbers(data)) throw cannot(`${dtype} are no numbers`);
  return Float32Array.from(data);
}

export function float64Of(tensor: Tensor): Float64Array {
  if (tensor.data instanceof Float64Array) return tensor.data;
  throw cannot(`${tensor.dtype} is not float64`);
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** One label for each row. */
export const labelTensor = ({ dtype, values }: ClassLabels): Tensor => ({
  dtype,
  shape: [values.length],
  data: dtype === 'int64' ? BigInt64Array.from(values) : values,
});
