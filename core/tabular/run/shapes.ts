import { elementCount } from '../../tensor/element-type.ts';
import type { Tensor, TensorData } from '../../tensor/tensor.ts';
import type { ConcatStep, ExtractStep, FlattenStep, ReshapeStep, SqueezeStep } from '../plan.ts';
import { axisOf, cannot, isNumbers, valueAt, type Kernel } from './value.ts';

interface Places {
  readonly input: number;
  readonly output: number;
}

type Filled = Record<number, number | bigint | string>;

/** Another list of the same kind, to be filled. */
function listLike(data: TensorData, length: number): TensorData & Filled {
  if (!isNumbers(data)) return Array.from({ length }, () => '');
  return new (data.constructor as new (size: number) => TensorData & Filled)(length);
}

export function reshaped(shapeOf: (tensor: Tensor) => readonly number[], { input, output }: Places): Kernel {
  return (values) => {
    const tensor = valueAt(values, input);
    const shape = shapeOf(tensor);
    if (elementCount(shape) !== tensor.data.length)
      throw cannot(`[${tensor.shape.join()}] does not fit [${shape.join()}]`);
    values[output] = { ...tensor, shape };
  };
}

export function reshapeOf({ shape }: ReshapeStep): (tensor: Tensor) => readonly number[] {
  return (tensor) => {
    const sizes = shape.map((size, axis) => (size === 0 ? (tensor.shape[axis] ?? 0) : size));
    const known = sizes.reduce((product, size) => (size === -1 ? product : product * size), 1);
    return sizes.map((size) => (size === -1 ? tensor.data.length / known : size));
  };
}

export function squeezeOf({ axes }: SqueezeStep): (tensor: Tensor) => readonly number[] {
  return ({ shape }) => {
    const gone = axes?.map((axis) => axisOf(axis, shape.length));
    if (gone?.some((axis) => shape[axis] !== 1)) throw cannot(`[${shape.join()}] has other sizes than 1 there`);
    return shape.filter((size, axis) => (gone ? !gone.includes(axis) : size !== 1));
  };
}

export function flattenOf({ axis }: FlattenStep): (tensor: Tensor) => readonly number[] {
  return ({ shape }) => {
    const at = axis < 0 ? axis + shape.length : axis;
    return [elementCount(shape.slice(0, at)), elementCount(shape.slice(at))];
  };
}

export function extractKernel({ columns }: ExtractStep, { input, output }: Places): Kernel {
  return (values) => {
    const { dtype, shape, data } = valueAt(values, input);
    const width = shape.at(-1) ?? 0;
    const stranger = columns.find((column) => column >= width);
    if (stranger !== undefined) throw cannot(`there is no column ${stranger} of ${width}`);
    const rows = width === 0 ? 0 : data.length / width;
    const out = listLike(data, rows * columns.length);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns.length; i++)
        out[row * columns.length + i] = data[row * width + (columns[i] ?? 0)] ?? 0;
    }
    const before = shape.length === 1 ? [1] : shape.slice(0, -1);
    values[output] = { dtype, shape: [...before, columns.length], data: out };
  };
}

export function concatKernel({ axis }: ConcatStep, inputs: readonly number[], output: number): Kernel {
  return (values) => {
    const parts = inputs.map((at) => valueAt(values, at));
    const [first] = parts;
    if (!first) throw cannot('there is nothing to put together');
    const at = axisOf(axis, first.shape.length);
    const others = (shape: readonly number[]): string => shape.toSpliced(at, 1).join();
    if (parts.some(({ shape }) => shape.length !== first.shape.length || others(shape) !== others(first.shape)))
      throw cannot(`${parts.map(({ shape }) => `[${shape.join()}]`).join(' and ')} do not go together`);
    const runs = parts.map(({ shape }) => elementCount(shape.slice(at)));
    const width = runs.reduce((sum, run) => sum + run, 0);
    const rows = elementCount(first.shape.slice(0, at));
    const out = listLike(first.data, rows * width);
    let column = 0;
    for (const [p, { data }] of parts.entries()) {
      const run = runs[p] ?? 0;
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < run; i++) out[row * width + column + i] = data[row * run + i] ?? 0;
      column += run;
    }
    const size = parts.reduce((sum, { shape }) => sum + (shape[at] ?? 0), 0);
    values[output] = { dtype: first.dtype, shape: first.shape.with(at, size), data: out };
  };
}
