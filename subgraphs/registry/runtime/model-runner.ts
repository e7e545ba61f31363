import { DomainError } from '../../../core/errors.ts';
import type { TensorValue } from '../../../schema/release.ts';
import { ModelThread, type RunLimits } from './model-thread.ts';
import type { EngineName, RunAnswer, RunRequest } from './onnx-worker.ts';

export type Rows = readonly (readonly TensorValue[])[];

/** Loads a model and runs rows on it. Throws INVALID_INPUT if it does not load, TIMEOUT past its limit. */
export interface RunsModels {
  /** On ONNX Runtime unless another engine is named. */
  run(model: Uint8Array, rows: Rows, engine?: EngineName, options?: RunOptions): Promise<RunAnswer>;
}

export interface RunOptions {
  /** Whether to measure what one warm row takes, which takes half a second at most. */
  readonly timed?: boolean;
  /** Whether in a thread that ran no other model, whose memory is then that of this one; such a thread takes a moment to start. */
  readonly alone?: boolean;
}

const NAMES: Readonly<Record<EngineName, string>> = { ort: 'ONNX Runtime', tabular: 'the tabular engine' };

/** Threads that wait for work; each holds a runtime of some 50 MB. */
const MOST_IDLE = 2;

/**
 * Runs models as nodes do, each in a thread to itself while it runs: none waits for another. How many run at once
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

  run(
    model: Uint8Array,
    rows: Rows,
    engine: EngineName = 'ort',
    { timed = false, alone = false }: RunOptions = {},
  ): Promise<RunAnswer> {
    return this.#run({ model, rows, engine, timed }, { limitMs: this.#limitMs, alone });
  }

  /** The same threads for models that take at most so much computing. */
  within(computeMs: number): RunsModels {
    const limits = { limitMs: this.#limitMs, computeMs };
    return {
      run: (model, rows, engine = 'ort', { timed = false, alone = false } = {}) =>
        this.#run({ model, rows, engine, timed }, { ...limits, alone }),
    };
  }

  /** Ends every thread; who waits for one gets UNAVAILABLE. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#busy, ...this.#idle.splice(0)].map((thread) => thread.end(stopping())));
  }

  async #run(
    asked: Omit<RunRequest, 'id'>,
    { alone, ...limits }: RunLimits & { readonly alone: boolean },
  ): Promise<RunAnswer> {
    if (this.#stopped) throw stopping();
    const thread = (alone ? undefined : this.#idle.pop()) ?? new ModelThread();
    this.#busy.add(thread);
    try {
      const answer = await thread.ask({ id: ++this.#next, ...asked }, limits);
      if (answer.refused === undefined) return answer;
      throw new DomainError(
        'INVALID_INPUT',
        `artifact: ${NAMES[asked.engine]} does not take the model: ${answer.refused}`,
        {
          field: 'artifact',
        },
      );
    } finally {
      this.#busy.delete(thread);
      if (!alone && !thread.isLost && !this.#stopped && this.#idle.length < MOST_IDLE) this.#idle.push(thread);
      else await thread.end(stopping());
    }
  }
}

const stopping = (): DomainError => new DomainError('UNAVAILABLE', 'the registry is stopping: ask again');
