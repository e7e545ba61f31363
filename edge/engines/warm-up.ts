import type { Engine } from './engine.ts';
import type { Explainer } from '../../core/reasons/explainer.ts';
import { elementCount, isElementType } from '../../core/tensor/element-type.ts';
import { tensorOf, type TensorMap } from '../../core/tensor/tensor.ts';
import { warmP99 } from '../../core/tensor/warm-p99.ts';
import { readTensors } from '../../core/tensor/written.ts';
import type { ProvenModel } from './golden.ts';
import type { TensorSpec } from '../../schema/release.ts';

/** What takes a model apart is quick, or it would hold up the answers of others. */
const MOST_REASONS_MS = 50;

/** A model with what is run to warm it up. */
type WarmedModel = ProvenModel & { readonly contract: { readonly inputs: readonly TensorSpec[] } };

/**
 * Runs a model until it is warm and gives the 99th percentile of one row, in milliseconds, which admission goes by.
 * With golden rows those are run; without, rows of zeros.
 */
export async function warmUp(engine: Engine, model: WarmedModel, monotonicMs: () => number): Promise<number> {
  const rows = rowsOf(model);
  return warmP99((turn) => engine.run(model.digest, rows[turn % rows.length] ?? {}), monotonicMs);
}

/** The same of what says why the model answers so. */
export async function warmUpReasons(
  explainer: Explainer,
  model: WarmedModel,
  monotonicMs: () => number,
): Promise<number> {
  const rows = rowsOf(model);
  return warmP99((turn) => explainer.explain(rows[turn % rows.length] ?? {}), monotonicMs, MOST_REASONS_MS);
}

const rowsOf = ({ golden, contract }: WarmedModel): readonly TensorMap[] =>
  golden.length === 0 ? [zeros(contract.inputs)] : golden.map(({ inputs }) => readTensors(inputs, 'golden row'));

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
