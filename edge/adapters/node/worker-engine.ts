import { Worker } from 'node:worker_threads';
import { DomainError } from '../../../core/errors.ts';
import type { Engine, LoadBytes } from '../../engines/engine.ts';
import type { TensorMap } from '../../engines/tensor.ts';
import type { EngineAnswer, EngineRequest, EngineTask } from './engine-thread.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
/** Compiled code lies beside this file under the same name, with its own ending. */
const THREAD = new URL(`./engine-thread.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);
const EXEC_ARGV = IS_SOURCE ? ['--experimental-transform-types', '--no-warnings'] : [];
/** Loading a large model takes a while; a run does not. */
const LOAD_LIMIT_MS = 60_000;

interface Waiting {
  readonly resolve: (outputs: TensorMap) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * ONNX Runtime in a thread of its own, which is the same engine as beside it. A run that takes longer than the limit
 * loses its thread; the next one gets a new thread and loads its model again.
 */
export class WorkerEngine implements Engine {
  readonly name = 'ort';
  readonly #loadBytes: LoadBytes;
  readonly #limitMs: number;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #loaded = new Map<string, Promise<unknown>>();
  #next = 0;

  constructor(loadBytes: LoadBytes, { limitMs }: { readonly limitMs: number }) {
    this.#loadBytes = loadBytes;
    this.#limitMs = limitMs;
  }

  async run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap> {
    let loading = this.#loaded.get(digest);
    if (!loading) {
      loading = this.#load(digest);
      this.#loaded.set(digest, loading);
      loading.catch(() => this.#loaded.delete(digest));
    }
    await loading;
    return this.#ask({ kind: 'run', digest, inputs, ...(outputs && { outputs: [...outputs] }) }, this.#limitMs);
  }

  retain(digests: ReadonlySet<string>): void {
    for (const digest of this.#loaded.keys()) {
      if (digests.has(digest)) continue;
      this.#loaded.delete(digest);
      this.#ask({ kind: 'forget', digest }, LOAD_LIMIT_MS).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#lose(new DomainError('UNAVAILABLE', 'the engine was closed'));
  }

  async #load(digest: string): Promise<void> {
    const bytes = await this.#loadBytes(digest);
    await this.#ask({ kind: 'load', digest, bytes }, LOAD_LIMIT_MS);
  }

  #ask(task: EngineTask, limitMs: number): Promise<TensorMap> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      const tooSlow = new DomainError('TIMEOUT', `the model took longer than ${limitMs} ms`, { limitMs });
      const timer = setTimeout(() => void this.#lose(tooSlow), limitMs);
      this.#waiting.set(id, { resolve, reject, timer });
      const request: EngineRequest = { id, task };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
      worker.postMessage(request);
    });
  }

  #start(): Worker {
    const worker = new Worker(THREAD, { execArgv: EXEC_ARGV });
    // It lives as long as the process has something else to do.
    worker.unref();
    worker.on('message', ({ id, outputs, failed }: EngineAnswer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      clearTimeout(waiting?.timer);
      if (failed === undefined) waiting?.resolve(outputs ?? {});
      else waiting?.reject(new DomainError('INVALID_INPUT', failed));
    });
    const lost = (why: string): void => {
      if (this.#worker === worker) void this.#lose(new DomainError('UNAVAILABLE', `the engine's thread ended: ${why}`));
    };
    worker.on('error', (error: Error) => lost(error.message));
    worker.on('exit', (code) => lost(`exit ${code}`));
    return worker;
  }

  /** Ends the thread and whatever waits for it. */
  async #lose(why: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#loaded.clear();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, timer } of waiting) {
      clearTimeout(timer);
      reject(why);
    }
    await worker?.terminate();
  }
}
