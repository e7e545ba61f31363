import { reasonedModel, type ReasonedModel } from '../../core/reasons/reasons.ts';
import { compileModel } from '../../core/tabular/compile-plan.ts';
import type { Engine } from '../engines/engine.ts';
import type { PlannedModel } from '../recipe/plan.ts';
import type { Blobs } from './blobs.ts';

/** Larger models are not taken apart: that would hold up the answers of others. */
const MOST_REASONED_BYTES = 16 * 1024 * 1024;

/** What says why a model answers as it does, or why nothing can. */
export async function reasonedOf(
  model: PlannedModel,
  { blobs, engines }: { readonly blobs: Pick<Blobs, 'load'>; readonly engines: readonly Engine[] },
): Promise<ReasonedModel> {
  const { digest, sizeBytes } = model.file;
  if (sizeBytes > MOST_REASONED_BYTES) {
    return reasonedModel(model, { refused: `it has more than ${MOST_REASONED_BYTES / 1024 / 1024} MiB` });
  }
  const known = engines.map((engine) => engine.takeCompiled?.(digest)).find((compiled) => compiled !== undefined);
  return reasonedModel(model, known ?? compileModel(await blobs.load(digest, sizeBytes)));
}
