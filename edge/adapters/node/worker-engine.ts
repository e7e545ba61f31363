import { Worker } from 'node:worker_threads';
import { DomainError } from '../../../core/errors.ts';
import type { Engine, LoadBytes } from '../../engines/engine.ts';
import type { TensorMap } from '../../../core/tensor/tensor.ts';
import type { EngineAnswer, EngineTask } from './engine-thread.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
/** Compiled code lies beside this file under the same name, with its own ending. */
const THREAD = new URL(`./engine-thread.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);
const EXEC_ARGV = IS_SOURCE ? ['--experimental-transform-types', '--no-warnings'] : [];
/** Loading a large model takes a while; a run does not. */
const LOAD_LIMIT_MS = 60_000;

interface Waiting {
  readonly resolve: (outputs: TensorMap) => void;
  readonly reject: (error: Error) => void;
}

/**
 * ONNX Runtime in a thread of its own, the same engine as beside it; one task at a time. A run that takes longer than the
 * limit loses its thread; the next one gets a new thread and loads its model again.
 */
export class WorkerEngine implements Engine {
  readonly name = 'ort';
  readonly #loadBytes: LoadBytes;
  readonly #limitMs: number;
  #worker: Worker | undefined;
  /** What the thread holds. */
  readonly #loaded = new Set<string>();
  /** Of these, what failed when it was run last. */
  readonly #doubted = new Set<string>();
  #waiting: Waiting | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(loadBytes: LoadBytes, { limitMs }: { readonly limitMs: number }) {
    this.#loadBytes = loadBytes;
    this.#limitMs = limitMs;
  }

  run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap> {
    return this.#inTurn(async () => {
      // In turn, since the thread before may have been lost with all that it held.
      if (!this.#loaded.has(digest) || this.#doubted.delete(digest)) {
        await this.#ask({ kind: 'load', digest, bytes: await this.#loadBytes(digest) }, LOAD_LIMIT_MS);
        this.#loaded.add(digest);
      }
      try {
        return await this.#ask(
          { kind: 'run', digest, inputs, ...(outputs && { outputs: [...outputs] }) },
          this.#limitMs,
        );
      } catch (error) {
        // It may be its bytes that are wrong: they are read anew for the next run.
        this.#doubted.add(digest);
        throw error;
      }
    });
  }

  retain(digests: ReadonlySet<string>): void {
    const forget = async (): Promise<void> => {
      for (const digest of [...this.#loaded].filter((one) => !digests.has(one))) {
        this.#loaded.delete(digest);
        await this.#ask({ kind: 'forget', digest }, LOAD_LIMIT_MS);
      }
    };
    // A thread that is lost meanwhile holds nothing any more.
    this.#inTurn(forget).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#lose(new DomainError('UNAVAILABLE', 'the engine was closed'));
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #ask(task: EngineTask, limitMs: number): Promise<TensorMap> {
    const worker = (this.#worker ??= this.#start());
    const tooSlow = new DomainError('TIMEOUT', `the model took longer than ${limitMs} ms`, { limitMs });
    const timer = setTimeout(() => void this.#lose(tooSlow), limitMs);
    try {
      return await new Promise<TensorMap>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
        worker.postMessage(task);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #start(): Worker {
    const worker = new Worker(THREAD, { execArgv: EXEC_ARGV });
    // It lives as long as the process has something else to do.
    worker.unref();
    worker.on('message', ({ outputs, failed }: EngineAnswer) => {
      if (failed === undefined) this.#waiting?.resolve(outputs ?? {});
      else this.#waiting?.reject(new DomainError('INVALID_INPUT', failed));
    });
    const lost = (why: string): void => {
      if (this.#worker === worker) void this.#lose(new DomainError('UNAVAILABLE', `the engine's thread ended: ${why}`));
    };
    worker.on('error', (error: Error) => lost(error.message));
    worker.on('exit', (code) => lost(`exit ${code}`));
    return worker;
  }

  /** Ends the thread and what waits for it. */
  async #lose(why: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#loaded.clear();
    this.#doubted.clear();
    worker?.removeAllListeners('message');
    this.#waiting?.reject(why);
    await worker?.terminate();
  }
}
