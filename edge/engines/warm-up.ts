import type { ReasonedModel } from '../../core/reasons/reasons.ts';
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

/** What takes a model apart is quick, or it holds up the answers of others. */
const MOST_REASONS_MS = 50;

/** A model with what is run to warm it up. */
type WarmedModel = ProvenModel & { readonly contract: { readonly inputs: readonly TensorSpec[] } };

/**
 * Runs a model until it is warm and gives the 99th percentile of one row, in milliseconds, which admission goes by.
 * With golden rows those are run; without, rows of zeros.
 */
export const warmUp = (engine: Engine, model: WarmedModel, monotonicMs: () => number): Promise<number> =>
  warmP99(rowsOf(model), (row) => engine.run(model.digest, row), { monotonicMs, mostMs: MOST_MS });

/** The same of what says why the model answers so; 0 where nothing can. */
export const warmUpReasons = async (
  { explainer }: Pick<ReasonedModel, 'explainer'>,
  model: WarmedModel,
  monotonicMs: () => number,
): Promise<number> =>
  'why' in explainer
    ? 0
    : warmP99(rowsOf(model), (row) => explainer.explain(row), { monotonicMs, mostMs: MOST_REASONS_MS });

async function warmP99(
  rows: readonly TensorMap[],
  run: (row: TensorMap) => unknown,
  { monotonicMs, mostMs }: { readonly monotonicMs: () => number; readonly mostMs: number },
): Promise<number> {
  const start = monotonicMs();
  const durations: number[] = [];
  for (let place = 0; place < COLD_RUNS + WARM_RUNS; place++) {
    const before = monotonicMs();
    await run(rows[place % rows.length] ?? {});
    const after = monotonicMs();
    if (place >= COLD_RUNS) durations.push(after - before);
    if (durations.length > 0 && after - start > mostMs) break;
  }
  return percentile99(durations);
}

const rowsOf = ({ golden, contract }: WarmedModel): readonly TensorMap[] =>
  golden.length === 0 ? [zeros(contract.inputs)] : golden.map(({ inputs }) => readTensors(inputs, 'golden row'));

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
