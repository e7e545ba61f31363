import type { CompiledModel } from '../../core/tabular/compile-plan.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';

/** What runs models, by the digest of their bytes. */
export interface Engine {
  /** The name under which a release carries its proof: `ort`. */
  readonly name: string;
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
