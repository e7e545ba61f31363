import { Worker } from 'node:worker_threads';
import { DomainError } from '../../../core/errors.ts';
import type { TensorValue } from '../../../schema/release.ts';
import type { RunAnswer, RunRequest } from './onnx-worker.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
/** Compiled code lies beside this file under the same name, with its own ending. */
const WORKER = new URL(`./onnx-worker.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);
const EXEC_ARGV = IS_SOURCE ? ['--experimental-transform-types', '--no-warnings'] : [];

/** Runs models on ONNX Runtime Web in a thread, one after another; one that takes too long loses its thread. */
export class ModelRunner {
  readonly #limitMs: number;
  #worker: Worker | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #next = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Loads a model and runs rows on it. Throws INVALID_INPUT if it does not load, TIMEOUT past the limit. */
  async run(model: Uint8Array, rows: readonly (readonly TensorValue[])[]): Promise<RunAnswer> {
    const mine = this.#turn.then(() => this.#ask({ id: ++this.#next, model, rows }));
    this.#turn = mine.catch(() => undefined);
    const answer = await mine;
    if (answer.refused !== undefined) {
      throw new DomainError('INVALID_INPUT', `artifact: ONNX Runtime does not take the model: ${answer.refused}`, {
        field: 'artifact',
      });
    }
    return answer;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #ask(request: RunRequest): Promise<RunAnswer> {
    this.#worker ??= new Worker(WORKER, { execArgv: EXEC_ARGV, resourceLimits: { maxOldGenerationSizeMb: 512 } });
    const worker = this.#worker;
    return new Promise<RunAnswer>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      };
      const giveUp = (error: Error): void => {
        settle();
        void this.stop();
        reject(error);
      };
      const onAnswer = (answer: RunAnswer): void => {
        settle();
        resolve(answer);
      };
      const onError = (error: Error): void => giveUp(crashed(error.message));
      const onExit = (code: number): void => giveUp(crashed(`its thread ended with ${code}`));
      const timer = setTimeout(() => giveUp(tooSlow(this.#limitMs)), this.#limitMs);
      worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
      worker.postMessage(request);
    });
  }
}

const tooSlow = (limitMs: number): DomainError =>
  new DomainError('TIMEOUT', `artifact: the model was not loaded and run within ${limitMs} ms`, {
    field: 'artifact',
    limitMs,
  });

const crashed = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `artifact: the model brought its runtime down: ${why}`, { field: 'artifact' });
