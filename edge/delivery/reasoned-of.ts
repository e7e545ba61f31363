import { reasonedModel } from '../../core/reasons/reasons.ts';
import { compileModel, type CompiledModel } from '../../core/tabular/compile-plan.ts';
import { warmUpReasons } from '../engines/warm-up.ts';
import type { PlannedModel, ReadyModel } from '../recipe/plan.ts';
import type { Blobs } from './blobs.ts';
import type { ModelTools } from './ready-model.ts';

/** Larger models are not taken apart: that would hold up the answers of others. */
const MOST_REASONED_BYTES = 16 * 1024 * 1024;

/** What says why a model answers as it does, or why nothing can; and how long it takes at p99. */
export async function reasonedOf(
  model: PlannedModel,
  tools: Pick<ModelTools, 'engines' | 'monotonicMs'> & { readonly blobs: Pick<Blobs, 'load'> },
): Promise<Pick<ReadyModel, 'reasoned' | 'reasonsP99Ms'>> {
  const reasoned = reasonedModel(model, await takenApart(model, tools));
  return { reasoned, reasonsP99Ms: await warmUpReasons(reasoned, model.file, tools.monotonicMs) };
}

/** By what runs it, where that takes models apart: nothing is read and compiled twice. */
async function takenApart(
  { file: { digest, sizeBytes } }: PlannedModel,
  { blobs, engines }: Pick<ModelTools, 'engines'> & { readonly blobs: Pick<Blobs, 'load'> },
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
