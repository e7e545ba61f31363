import { DomainError } from '../../core/errors.ts';
import { differenceOf, type Proof } from '../../core/tensor/agreement.ts';
import { readTensors } from '../../core/tensor/written.ts';
import type { GoldenRow } from '../../schema/release.ts';
import type { Engine } from './engine.ts';

/** What the golden check needs of a model in a release. */
export interface ProvenModel {
  readonly version: string;
  readonly digest: string;
  readonly golden: readonly GoldenRow[];
  readonly proofs: Readonly<Record<string, Proof>>;
}

/**
 * Runs the golden rows of a model and compares as its proof for this engine says. Throws FAILED_PRECONDITION that names
 * the first value that differs.
 */
export async function checkGolden(engine: Engine, model: ProvenModel): Promise<void> {
  const proof = model.proofs[engine.name] ?? 'BOUNDED';
  for (const [row, { inputs, outputs }] of model.golden.entries()) {
    const answered = await engine.run(model.digest, readTensors(inputs, `golden row ${row}`));
    const difference = differenceOf(outputs, answered, proof);
    if (!difference) continue;
    throw new DomainError(
      'FAILED_PRECONDITION',
      `${model.version} does not reproduce its golden row ${row} on ${engine.name}: ${difference.tensor} ${difference.why}`,
      { row, tensor: difference.tensor, proof },
    );
  }
}
