import { DomainError } from '../../../core/errors.ts';
import { elementCount } from '../../../core/tensor/element-type.ts';
import type { Tensor } from '../../../core/tensor/tensor.ts';

const HALF_BYTES = 2;

/** FP16 values, little-endian, as the float32 values that they are: each is one. Throws INVALID_INPUT. */
export function widened(shape: readonly number[], bytes: Uint8Array, field: string): Tensor {
  const count = elementCount(shape);
  if (bytes.length !== count * HALF_BYTES) {
    throw new DomainError(
      'INVALID_INPUT',
      `${field}: ${bytes.length} bytes do not hold ${count} values, which take ${count * HALF_BYTES}`,
      { field },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = Float32Array.from({ length: count }, (_, i) => halfOf(view.getUint16(i * HALF_BYTES, true)));
  return { dtype: 'float32', shape, data };
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}
