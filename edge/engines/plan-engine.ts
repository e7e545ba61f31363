import { DomainError } from '../../core/errors.ts';
import type { CompiledModel } from '../../core/tabular/compile-plan.ts';
import { PLAN_VERSION, readPlan } from '../../core/tabular/plan-blob.ts';
import { makeModel, type TabularModel } from '../../core/tabular/run/tabular-model.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import type { ModelInRelease } from '../../schema/release.ts';
import type { BlobOfModel, Engine, LoadBytes } from './engine.ts';

interface Loaded {
  readonly compiling: Promise<CompiledModel>;
  model: TabularModel | undefined;
}

/** What makes a plan of an ONNX file; null where nothing does. */
export type CompileModel = ((bytes: Uint8Array) => CompiledModel) | null;

/**
 * Runs trees, linear models and what stands around them in plain JavaScript, by the compiled plan that their release brings.
 * Where a release brings none that is read here, the plan is made of the ONNX file, as far as `compile` does that.
 */
export class PlanEngine implements Engine {
  readonly name = 'tabular';
  readonly #loadBytes: LoadBytes;
  readonly #compileModel: CompileModel;
  readonly #loaded = new Map<string, Loaded>();
  /** By the digest of the model, its plan's. They are small, and stay: a release may be on its way to serve. */
  readonly #plans = new Map<string, string>();

  constructor(loadBytes: LoadBytes, compile: CompileModel = null) {
    this.#loadBytes = loadBytes;
    this.#compileModel = compile;
  }

  prepare({ version, digest, sizeBytes, plan }: ModelInRelease): BlobOfModel {
    if (plan?.version === PLAN_VERSION) {
      this.#plans.set(digest, plan.digest);
      return plan;
    }
    if (this.#compileModel) return { digest, sizeBytes };
    const brings = plan ? `a compiled plan of version ${plan.version}` : 'no compiled plan';
    throw new DomainError(
      'FAILED_PRECONDITION',
      `the release brings ${brings} for ${version}, and this node reads version ${PLAN_VERSION} and compiles no model itself: validate the version again and release it`,
      { allowed: [String(PLAN_VERSION)] },
    );
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
      const plan = this.#plans.get(digest);
      const bytes = await this.#loadBytes(plan ?? digest);
      compiled =
        plan === undefined
          ? (this.#compileModel?.(bytes) ?? { refused: 'no plan was compiled of it' })
          : { plan: readPlan(bytes) };
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
