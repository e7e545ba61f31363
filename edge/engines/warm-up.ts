import type { Engine } from './engine.ts';
import { elementCount, isElementType } from '../../core/tensor/element-type.ts';
import { tensorOf, type TensorMap } from '../../core/tensor/tensor.ts';
import { warmP99 } from '../../core/tensor/warm-p99.ts';
import { readTensors } from '../../core/tensor/written.ts';
import type { ProvenModel } from './golden.ts';
import type { TensorSpec } from '../../schema/release.ts';

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
  return warmP99((turn) => engine.run(model.digest, rows[turn % rows.length] ?? {}), monotonicMs);
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
