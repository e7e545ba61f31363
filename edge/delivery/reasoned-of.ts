import { reasonedModel } from '../../core/reasons/reasons.ts';
import { compileModel, type CompiledModel } from '../../core/tabular/compile-plan.ts';
import { warmUpReasons } from '../engines/warm-up.ts';
import type { PlannedModel, ReadyModel } from '../recipe/plan.ts';
import type { Blobs } from './blobs.ts';
import type { ModelTools } from './ready-model.ts';

type ReasonTools = Omit<ModelTools, 'blobs'> & { readonly blobs: Pick<Blobs, 'load'> };

/** Larger models are not taken apart: that would hold up the answers of others. */
const MOST_REASONED_BYTES = 16 * 1024 * 1024;

/** About as much as so many runs of the model, as far as anybody has measured. */
const RUNS_FOR_REASONS = 3;

/** What says why a model answers as it does, or why nothing can; and how long it takes at p99. */
export async function reasonedOf(
  model: PlannedModel & Pick<ReadyModel, 'p99Ms'>,
  tools: ReasonTools,
): Promise<Pick<ReadyModel, 'reasoned' | 'reasonsP99Ms'>> {
  const reasoned = reasonedModel(model, await takenApart(model, tools));
  const { explainer } = reasoned;
  if ('why' in explainer) return { reasoned, reasonsP99Ms: 0 };
  const reasonsP99Ms = tools.advancesDuringCompute
    ? await warmUpReasons(explainer, model.file, tools.monotonicMs)
    : RUNS_FOR_REASONS * model.p99Ms;
  return { reasoned, reasonsP99Ms };
}

/** By what runs it, where that takes models apart: nothing is read and compiled twice. */
async function takenApart(
  { file: { digest, sizeBytes } }: PlannedModel,
  { blobs, engines }: ReasonTools,
): Promise<CompiledModel> {
  if (sizeBytes > MOST_REASONED_BYTES) {
    return { refused: `it has more than ${MOST_REASONED_BYTES / 1024 / 1024} MiB` };
  }
  for (const engine of engines) {
    const compiled = engine.compiled?.(digest);
    if (compiled) return compiled;
  }
  return compileModel(await blobs.load(digest, sizeBytes));
}
