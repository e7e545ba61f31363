import { elementCount, type ElementType } from '../../tensor/element-type.ts';
import type { TensorData } from '../../tensor/tensor.ts';
import type { BinarizeStep, EncodeStep, ImputeStep, OneHotStep, ScaleStep } from '../plan.ts';
import { cannot, float32Of, valueAt, type Kernel } from './value.ts';

const { fround } = Math;

interface Places {
  readonly input: number;
  readonly output: number;
}

/** Columns of the second dimension; those of the only one. */
const widthOf = (shape: readonly number[]): number => (shape.length === 1 ? shape[0] : shape[1]) ?? 0;

/** One for each column, or one for all of them. */
function stepOf(listed: number, width: number, what: string): 0 | 1 {
  if (listed === width) return 1;
  if (listed === 1) return 0;
  throw cannot(`it has ${listed} ${what} for ${width} columns`);
}

export function scaleKernel({ offset, scale }: ScaleStep, { input, output }: Places): Kernel {
  return (values) => {
    const tensor = valueAt(values, input);
    const width = widthOf(tensor.shape);
    const step = stepOf(scale.length, width, 'scales');
    const out = new Float32Array(tensor.data.length);
    const doubles = tensor.data instanceof Float64Array ? tensor.data : undefined;
    const floats = doubles ? undefined : float32Of(tensor);
    for (let i = 0; i < out.length; i++) {
      const at = step * (i % width);
      out[i] = doubles
        ? ((doubles[i] ?? 0) - (offset[at] ?? 0)) * (scale[at] ?? 0)
        : fround((floats?.[i] ?? 0) - (offset[at] ?? 0)) * (scale[at] ?? 0);
    }
    values[output] = { dtype: 'float32', shape: tensor.shape, data: out };
  };
}

export function imputeKernel({ fill }: ImputeStep, { input, output }: Places): Kernel {
  return (values) => {
    const { data, shape, dtype } = valueAt(values, input);
    const width = widthOf(shape);
    const step = fill.by.length === width ? 1 : 0;
    if (fill.dtype === 'float32' && data instanceof Float32Array) {
      const { replaced, by } = fill;
      const isNaN = Number.isNaN(replaced);
      const out = data.map((value, i) =>
        value === replaced || (isNaN && Number.isNaN(value)) ? (by[step * (i % width)] ?? 0) : value,
      );
      values[output] = { dtype, shape, data: out };
    } else if (fill.dtype === 'int64' && data instanceof BigInt64Array) {
      const { replaced, by } = fill;
      const out = data.map((value, i) => (value === replaced ? (by[step * (i % width)] ?? 0n) : value));
      values[output] = { dtype, shape, data: out };
    } else throw cannot(`${dtype} is not ${fill.dtype}`);
  };
}

export function binarizeKernel({ threshold }: BinarizeStep, { input, output }: Places): Kernel {
  return (values) => {
    const tensor = valueAt(values, input);
    const from = float32Of(tensor);
    if (from.some(Number.isNaN)) throw cannot('NaN is neither above nor below a threshold');
    values[output] = { ...tensor, data: from.map((value) => (value > threshold ? 1 : 0)) };
  };
}

type Scalar = number | bigint | string;

export function encodeKernel({ to, values: encoded, others }: EncodeStep, { input, output }: Places): Kernel {
  return (values) => {
    const { data, shape } = valueAt(values, input);
    const found = Array.from<Scalar, Scalar>(data, (key) => encoded.get(key) ?? others);
    values[output] = { dtype: to, shape, data: dataOf(to, found) };
  };
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
} as const;
const isListed = (dtype: ElementType): dtype is keyof typeof ARRAYS => Object.hasOwn(ARRAYS, dtype);

function dataOf(dtype: ElementType, found: readonly Scalar[]): TensorData {
  if (dtype === 'string') return found.map(String);
  if (dtype === 'int64') return BigInt64Array.from(found, BigInt);
  if (isListed(dtype)) return ARRAYS[dtype].from(found.map(Number));
  throw cannot(`it gives ${dtype}`);
}

/** Towards zero, where WebAssembly cuts NaN to as well. */
const wholeOf = (value: number): number => (Number.isNaN(value) ? 0 : Math.trunc(value));

export function oneHotKernel({ columns, width, zeros }: OneHotStep, { input, output }: Places): Kernel {
  return (values) => {
    const { data, shape } = valueAt(values, input);
    const out = new Float32Array(elementCount(shape) * width);
    for (let i = 0; i < data.length; i++) {
      const own = data[i] ?? NaN;
      const at = columns.get(typeof own === 'string' ? own : wholeOf(Number(own)));
      if (at !== undefined) out[i * width + at] = 1;
      else if (!zeros) throw cannot(`the category ${String(own)} is not known`);
    }
    values[output] = { dtype: 'float32', shape: [...shape, width], data: out };
  };
}
