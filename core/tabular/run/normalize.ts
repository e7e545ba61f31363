import type { Norm } from '../plan.ts';
import { float32Of, matrixOf, valueAt, type Kernel } from './value.ts';

const { fround } = Math;

/** Each row by its norm; a row of zeros stays one. */
export function normalizeKernel(
  norm: Norm,
  { input, output }: { readonly input: number; readonly output: number },
): Kernel {
  return (values) => {
    const tensor = valueAt(values, input);
    const [count, width] = matrixOf(tensor);
    // Of doubles the squares are taken before they are rounded.
    const from = tensor.data instanceof Float64Array ? tensor.data : float32Of(tensor);
    const out = new Float32Array(count * width);
    for (let row = 0; row < count; row++) {
      const at = row * width;
      const by = normOf(norm, from, at, width);
      for (let i = at; i < at + width; i++) {
        const value = from[i] ?? 0;
        if (by === 0) out[i] = value;
        else if (norm !== 'L2') out[i] = fround(value) / by;
        else {
          const share = Math.sqrt(fround(fround(value * value) / by));
          out[i] = value < 0 ? -share : share;
        }
      }
    }
    values[output] = { dtype: 'float32', shape: tensor.shape, data: out };
  };
}

function normOf(norm: Norm, from: Float32Array | Float64Array, at: number, width: number): number {
  let sum = norm === 'MAX' ? -3.4028234663852886e38 : 0;
  for (let i = at; i < at + width; i++) {
    const value = from[i] ?? 0;
    if (norm === 'L1') sum = fround(sum + fround(Math.abs(value)));
    else if (norm === 'L2') sum = fround(sum + fround(value * value));
    else if (fround(value) > sum) sum = fround(value);
  }
  return sum;
}
