import { DomainError } from '../../core/errors.ts';
import type { ModelInRelease } from '../../schema/release.ts';
import type { Engine } from '../engines/engine.ts';
import { checkGolden } from '../engines/golden.ts';
import { warmUp } from '../engines/warm-up.ts';
import type { ReadyModel } from '../recipe/plan.ts';
import type { Blobs } from './blobs.ts';

export interface ModelTools {
  readonly blobs: Blobs;
  /** What runs models here, the one to take first at the front: each model gets one that its release has a proof for. */
  readonly engines: readonly Engine[];
  readonly monotonicMs: () => number;
  /** False: what a model takes cannot be measured here, and is what the registry has measured. */
  readonly advancesDuringCompute: boolean;
}

/**
 * Loads a model, proves it by its golden rows and warms it up, on the engine that its release has the closest proof for; where
 * that engine does not reproduce them here, on the next.
 */
export async function readyModel(
  file: ModelInRelease,
  { blobs, engines, monotonicMs, advancesDuringCompute }: ModelTools,
): Promise<Pick<ReadyModel, 'engine' | 'p99Ms'>> {
  const proven = provenEngines(file, engines);
  if (proven.length === 0) {
    throw new DomainError('FAILED_PRECONDITION', `no engine of this node is proven for ${file.version}`, {
      allowed: Object.keys(file.proofs),
    });
  }
  for (const engine of proven) {
    const { digest, sizeBytes } = engine.prepare?.(file) ?? file;
    await blobs.load(digest, sizeBytes);
  }
  const failures: unknown[] = [];
  for (const engine of proven) {
    try {
      await checkGolden(engine, file);
      return {
        engine,
        p99Ms: advancesDuringCompute ? await warmUp(engine, file, monotonicMs) : provenP99(engine, file),
      };
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

function provenP99({ name }: Engine, { version, p99Ms }: ModelInRelease): number {
  const proven = p99Ms[name];
  if (proven !== undefined) return proven;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `the release does not say how long ${version} takes on ${name}, and it cannot be measured here: make it anew`,
  );
}

/** Those that are proven to the bit before those that are proven within a bound, otherwise in the order of the node. */
function provenEngines({ proofs }: ModelInRelease, engines: readonly Engine[]): readonly Engine[] {
  const provenAs = (proof: 'EXACT' | 'BOUNDED') =>
    engines.filter(({ name }) => Object.hasOwn(proofs, name) && proofs[name] === proof);
  return [...provenAs('EXACT'), ...provenAs('BOUNDED')];
}
