import type { Engine } from './engine.ts';
import { elementCount, isElementType } from '../../core/tensor/element-type.ts';
import { tensorOf, type TensorMap } from '../../core/tensor/tensor.ts';
import { readTensors } from '../../core/tensor/written.ts';
import type { ProvenModel } from './golden.ts';
import type { TensorSpec } from '../../schema/release.ts';

const COLD_RUNS = 5;
const WARM_RUNS = 200;
/** A large model is warm after fewer runs, and nobody wants to wait for all of them. */
const MOST_MS = 500;

/**
 * Runs a model until it is warm and gives the 99th percentile of one row, in milliseconds, which admission goes by.
 * With golden rows those are run; without, rows of zeros.
 */
export async function warmUp(
  engine: Engine,
  model: ProvenModel & { readonly contract: { readonly inputs: readonly TensorSpec[] } },
  monotonicMs: () => number,
): Promise<number> {
  const rows = model.golden.map(({ inputs }) => readTensors(inputs, 'golden row'));
  if (rows.length === 0) rows.push(zeros(model.contract.inputs));
  const start = monotonicMs();
  const durations: number[] = [];
  for (let run = 0; run < COLD_RUNS + WARM_RUNS; run++) {
    const before = monotonicMs();
    await engine.run(model.digest, rows[run % rows.length] ?? {});
    const after = monotonicMs();
    if (run >= COLD_RUNS) durations.push(after - before);
    if (durations.length > 0 && after - start > MOST_MS) break;
  }
  return percentile99(durations);
}

export function percentile99(durations: readonly number[]): number {
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}

function zeros(inputs: readonly TensorSpec[]): TensorMap {
  return Object.fromEntries(
    inputs.flatMap(({ name, dtype, shape }) => {
      if (!isElementType(dtype)) return [];
      const one = shape.map((size) => (size < 0 ? 1 : size));
      const value = { string: '', bool: false }[dtype as string] ?? 0;
      return [
        [
          name,
          tensorOf(
            dtype,
            one,
            Array.from({ length: elementCount(one) }, () => value),
            name,
          ),
        ],
      ];
    }),
  );
}
