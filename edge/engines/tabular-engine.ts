import { DomainError } from '../../core/errors.ts';
import { compileModel, type CompiledModel } from '../../core/tabular/compile-plan.ts';
import { makeModel, type TabularModel } from '../../core/tabular/run/tabular-model.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import type { Engine, LoadBytes } from './engine.ts';

interface Loaded {
  readonly compiling: Promise<CompiledModel>;
  model: TabularModel | undefined;
}

/**
 * Runs trees, linear models and what stands around them in plain JavaScript: ready at once, on every platform, and several
 * times as quick as ONNX Runtime for one row. What it does not know it refuses to load.
 */
export class TabularEngine implements Engine {
  readonly name = 'tabular';
  readonly #loadBytes: LoadBytes;
  readonly #loaded = new Map<string, Loaded>();

  constructor(loadBytes: LoadBytes) {
    this.#loadBytes = loadBytes;
  }

  async run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap> {
    const loaded = this.#loaded.get(digest) ?? this.#load(digest);
    loaded.model ??= modelOf(await loaded.compiling);
    return loaded.model.run(inputs, outputs);
  }

  compiled(digest: string): Promise<CompiledModel> {
    return (this.#loaded.get(digest) ?? this.#load(digest)).compiling;
  }

  /** How many models are loaded. */
  get size(): number {
    return this.#loaded.size;
  }

  retain(digests: ReadonlySet<string>): void {
    for (const digest of this.#loaded.keys()) if (!digests.has(digest)) this.#loaded.delete(digest);
  }

  close(): Promise<void> {
    this.#loaded.clear();
    return Promise.resolve();
  }

  #load(digest: string): Loaded {
    const loaded: Loaded = { compiling: this.#compile(digest), model: undefined };
    this.#loaded.set(digest, loaded);
    return loaded;
  }

  async #compile(digest: string): Promise<CompiledModel> {
    let compiled: CompiledModel | undefined;
    try {
      compiled = compileModel(await this.#loadBytes(digest));
      return compiled;
    } finally {
      if (!compiled || 'refused' in compiled) this.#loaded.delete(digest);
    }
  }
}

/** Throws FAILED_PRECONDITION for what the engine does not know. */
function modelOf(compiled: CompiledModel): TabularModel {
  if ('plan' in compiled) return makeModel(compiled.plan);
  throw new DomainError('FAILED_PRECONDITION', `the tabular engine does not run it: ${compiled.refused}`);
}
