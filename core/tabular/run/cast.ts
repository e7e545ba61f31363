import type { ElementType } from '../../tensor/element-type.ts';
import type { Tensor, TensorData } from '../../tensor/tensor.ts';
import { cannot, isNumbers, valueAt, type Kernel } from './value.ts';

const LEAST_INT64 = -(2n ** 63n);
const MOST_INT64 = 2n ** 63n - 1n;

export function castKernel(
  to: ElementType,
  { input, output }: { readonly input: number; readonly output: number },
): Kernel {
  return (values) => {
    const tensor = valueAt(values, input);
    values[output] = { dtype: to, shape: tensor.shape, data: castTo(to, tensor) };
  };
}

function castTo(to: ElementType, { dtype, data }: Tensor): TensorData {
  if (!isNumbers(data)) throw cannot(`it casts ${dtype} to ${to}`);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return fromWhole(to, dtype, data);
  if (to === 'float32') return Float32Array.from(data);
  if (to === 'float64') return Float64Array.from(data);
  if (to === 'bool') return Uint8Array.from(data, (value) => (value === 0 ? 0 : 1));
  if (to === 'int64') return BigInt64Array.from(data, int64Of);
  if (to === 'int32') return Int32Array.from(data, int32Of);
  if (to === 'string' && dtype === 'int32') return Array.from(data, String);
  throw cannot(`it casts ${dtype} to ${to}`);
}

function fromWhole(to: ElementType, dtype: ElementType, data: BigInt64Array | BigUint64Array): TensorData {
  if (to === 'float32') return Float32Array.from(data, Number);
  if (to === 'float64') return Float64Array.from(data, Number);
  if (to === 'bool') return Uint8Array.from(data, (value) => (value === 0n ? 0 : 1));
  if (to === 'int32') return Int32Array.from(data, (value) => Number(BigInt.asIntN(32, value)));
  if (to === 'string') return Array.from(data, String);
  throw cannot(`it casts ${dtype} to ${to}`);
}

/** Towards zero; what is beyond the range becomes its end, and NaN zero, as WebAssembly cuts. */
function int64Of(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return MOST_INT64;
  return value <= -(2 ** 63) ? LEAST_INT64 : BigInt(Math.trunc(value));
}

function int32Of(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-0x8000_0000, Math.min(0x7fff_ffff, Math.trunc(value)));
}
