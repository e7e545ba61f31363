import type { Tensor, TypedTensor } from 'onnxruntime-web/wasm';
import type { TensorValue } from '../../../schema/release.ts';

type MakeTensor = new (dtype: never, data: never, shape: readonly number[]) => TypedTensor<never>;

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
} as const;

const isPlain = (dtype: string): dtype is keyof typeof ARRAYS => Object.hasOwn(ARRAYS, dtype);

/** A written-down tensor as the runtime takes it. */
export function toTensor(make: unknown, { dtype, shape, data }: TensorValue): Tensor {
  return new (make as MakeTensor)(dtype as never, typed(dtype, data) as never, shape);
}

function typed(dtype: string, data: TensorValue['data']): unknown {
  if (isPlain(dtype)) return ARRAYS[dtype].from(data.map(Number));
  if (dtype === 'int64') return BigInt64Array.from(data.map((value) => BigInt(value)));
  if (dtype === 'bool') return Uint8Array.from(data.map(Number));
  return data.map(String);
}

/** What the runtime gave, written down; whole numbers beyond 2^53 as text. */
export function fromTensor(name: string, { type, dims, data }: Tensor): TensorValue {
  const values = Array.from(data as ArrayLike<number | bigint | string>, (value) => {
    if (type === 'bool') return Number(value) !== 0;
    if (typeof value !== 'bigint') return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  });
  return { name, dtype: type, shape: [...dims], data: values };
}
