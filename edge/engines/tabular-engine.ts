import { DomainError } from '../../core/errors.ts';
import { compileModel, type CompiledModel } from '../../core/tabular/compile-plan.ts';
import { makeModel, type TabularModel } from '../../core/tabular/run/tabular-model.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import type { Engine, LoadBytes } from './engine.ts';

interface Loaded {
  readonly loading: Promise<TabularModel>;
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
  readonly #compiled = new Map<string, CompiledModel>();

  constructor(loadBytes: LoadBytes) {
    this.#loadBytes = loadBytes;
  }

  async run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap> {
    const loaded = this.#loaded.get(digest) ?? this.#load(digest);
    const model = loaded.model ?? (await loaded.loading);
    loaded.model = model;
    return model.run(inputs, outputs);
  }

  /** How many models are loaded. */
  get size(): number {
    return this.#loaded.size;
  }

  takeCompiled(digest: string): CompiledModel | undefined {
    const compiled = this.#compiled.get(digest);
    this.#compiled.delete(digest);
    return compiled;
  }

  retain(digests: ReadonlySet<string>): void {
    for (const digest of this.#compiled.keys()) if (!digests.has(digest)) this.#compiled.delete(digest);
    for (const digest of this.#loaded.keys()) if (!digests.has(digest)) this.#loaded.delete(digest);
  }

  close(): Promise<void> {
    this.#loaded.clear();
    this.#compiled.clear();
    return Promise.resolve();
  }

  #load(digest: string): Loaded {
    const loaded: Loaded = { loading: this.#compile(digest), model: undefined };
    this.#loaded.set(digest, loaded);
    return loaded;
  }

  async #compile(digest: string): Promise<TabularModel> {
    try {
      const compiled = compileModel(await this.#loadBytes(digest));
      if ('plan' in compiled) {
        this.#compiled.set(digest, compiled);
        return makeModel(compiled.plan);
      }
      throw new DomainError('FAILED_PRECONDITION', `the tabular engine does not run it: ${compiled.refused}`);
    } catch (error) {
      this.#loaded.delete(digest);
      throw error;
    }
  }
}
