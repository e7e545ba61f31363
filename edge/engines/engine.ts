import type { CompiledModel } from '../../core/tabular/compile-plan.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import type { ModelInRelease } from '../../schema/release.ts';

export type BlobOfModel = Pick<ModelInRelease, 'digest' | 'sizeBytes'>;

/** What runs models, by the digest of their bytes. */
export interface Engine {
  /** The name under which a release carries its proof: `ort`. */
  readonly name: string;
  /**
   * Which blob it makes a model of; left out: the file. Said before the model is run, by the digest of its file all the same. Throws
   * FAILED_PRECONDITION where it can make the model of nothing that the release brings.
   */
  prepare?(file: ModelInRelease): BlobOfModel;
  /** Runs a model, loading it first if it is not loaded. `outputs` leaves out what nobody asked for. */
  run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap>;
  /** The model taken apart, of an engine that does that: reasons are made of what answers. */
  compiled?(digest: string): Promise<CompiledModel> | undefined;
  /** Lets go of every model but these. */
  retain(digests: ReadonlySet<string>): void;
  /** Lets go of everything that is loaded. */
  close(): Promise<void>;
}

/** Where an engine finds the bytes of a model. */
export type LoadBytes = (digest: string) => Promise<Uint8Array>;
