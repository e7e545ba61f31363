import type { CompiledModel } from '../../core/tabular/compile-plan.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';

/** What runs models, by the digest of their bytes. */
export interface Engine {
  /** The name under which a release carries its proof: `ort`. */
  readonly name: string;
  /** Runs a model, loading it first if it is not loaded. `outputs` leaves out what nobody asked for. */
  run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap>;
  /** What a model that was loaded is compiled to, once: to have it again, it must be compiled again. */
  takeCompiled?(digest: string): CompiledModel | undefined;
  /** Lets go of every model but these. */
  retain(digests: ReadonlySet<string>): void;
  /** Lets go of everything that is loaded. */
  close(): Promise<void>;
}

/** Where an engine finds the bytes of a model. */
export type LoadBytes = (digest: string) => Promise<Uint8Array>;
