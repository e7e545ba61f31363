import { DomainError } from '../../../core/errors.ts';
import type { TensorValue } from '../../../schema/release.ts';
import { ModelThread, type RunLimits } from './model-thread.ts';
import type { RunAnswer } from './onnx-worker.ts';

export type Rows = readonly (readonly TensorValue[])[];

/** Loads a model and runs rows on it. Throws INVALID_INPUT if it does not load, TIMEOUT past its limit. */
export interface RunsModels {
  run(model: Uint8Array, rows: Rows): Promise<RunAnswer>;
}

/** Threads that wait for work; each holds a runtime of some 50 MB. */
const MOST_IDLE = 2;

/**
 * Runs models on ONNX Runtime Web, each in a thread to itself while it runs: none waits for another. How many run at once
 * is for the caller to bound. A model that takes too long loses its thread.
 */
export class ModelRunner implements RunsModels {
  readonly #limitMs: number;
  readonly #idle: ModelThread[] = [];
  readonly #busy = new Set<ModelThread>();
  #next = 0;
  #stopped = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  run(model: Uint8Array, rows: Rows): Promise<RunAnswer> {
    return this.#run(model, rows, { limitMs: this.#limitMs });
  }

  /** The same threads for models that take at most so much computing. */
  within(computeMs: number): RunsModels {
    return { run: (model, rows) => this.#run(model, rows, { limitMs: this.#limitMs, computeMs }) };
  }

  /** Ends every thread; who waits for one gets UNAVAILABLE. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#busy, ...this.#idle.splice(0)].map((thread) => thread.end(stopping())));
  }

  async #run(model: Uint8Array, rows: Rows, limits: RunLimits): Promise<RunAnswer> {
    if (this.#stopped) throw stopping();
    const thread = this.#idle.pop() ?? new ModelThread();
    this.#busy.add(thread);
    try {
      const answer = await thread.ask({ id: ++this.#next, model, rows }, limits);
      if (answer.refused === undefined) return answer;
      throw new DomainError('INVALID_INPUT', `artifact: ONNX Runtime does not take the model: ${answer.refused}`, {
        field: 'artifact',
      });
    } finally {
      this.#busy.delete(thread);
      if (!thread.isLost && !this.#stopped && this.#idle.length < MOST_IDLE) this.#idle.push(thread);
      else await thread.end(stopping());
    }
  }
}

const stopping = (): DomainError => new DomainError('UNAVAILABLE', 'the registry is stopping: ask again');
