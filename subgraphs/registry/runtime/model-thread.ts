import { Worker } from 'node:worker_threads';
import { DomainError } from '../../../core/errors.ts';
import type { RunAnswer, RunRequest } from './onnx-worker.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
/** Compiled code lies beside this file under the same name, with its own ending. */
const WORKER = new URL(`./onnx-worker.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);
const EXEC_ARGV = IS_SOURCE ? ['--experimental-transform-types', '--no-warnings'] : [];

/** What a model may take. */
export interface RunLimits {
  /** By the clock. */
  readonly limitMs: number;
  /** Of computing: a busy machine does not make a model slow. */
  readonly computeMs?: number;
}

const MEASURE_MS = 100;

/** A thread that runs one model at a time. Once a request was given up on, it is of no use any more. */
export class ModelThread {
  readonly #worker = new Worker(WORKER, { execArgv: EXEC_ARGV, resourceLimits: { maxOldGenerationSizeMb: 512 } });
  #giveUp: ((error: Error) => void) | undefined;
  #lost = false;

  get isLost(): boolean {
    return this.#lost;
  }

  /** Throws TIMEOUT past a limit, INVALID_INPUT where the model brings the thread down; either way it is lost. */
  ask(request: RunRequest, { limitMs, computeMs }: RunLimits): Promise<RunAnswer> {
    const worker = this.#worker;
    return new Promise<RunAnswer>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        clearInterval(measuring);
        this.#giveUp = undefined;
        worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      };
      const giveUp = (error: Error): void => {
        settle();
        this.#lost = true;
        void worker.terminate();
        reject(error);
      };
      const onAnswer = (answer: RunAnswer): void => {
        settle();
        resolve(answer);
      };
      const onError = (error: Error): void => giveUp(crashed(error.message));
      const onExit = (code: number): void => giveUp(crashed(`its thread ended with ${code}`));
      const timer = setTimeout(() => giveUp(tooSlow({ limitMs })), limitMs);
      let beforeMs: number | undefined;
      const measure = async (most: number): Promise<void> => {
        const { user, system } = await worker.cpuUsage();
        const usedMs = (user + system) / 1_000;
        beforeMs ??= usedMs;
        if (usedMs - beforeMs > most && this.#giveUp === giveUp) giveUp(tooSlow({ computeMs: most }));
      };
      const measuring =
        computeMs === undefined
          ? undefined
          : // A thread that has ended tells of that itself.
            setInterval(() => void measure(computeMs).catch(() => undefined), MEASURE_MS);
      this.#giveUp = giveUp;
      worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
      worker.postMessage(request);
    });
  }

  /** Ends it; who waits for an answer gets `why`. */
  async end(why: Error): Promise<void> {
    this.#giveUp?.(why);
    this.#lost = true;
    await this.#worker.terminate();
  }
}

const tooSlow = (limit: Partial<RunLimits>): DomainError =>
  new DomainError(
    'TIMEOUT',
    `artifact: the model was not loaded and run within ${limit.computeMs ?? limit.limitMs} ms${limit.computeMs === undefined ? '' : ' of computing'}`,
    { field: 'artifact', ...limit },
  );

const crashed = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `artifact: the model brought its runtime down: ${why}`, { field: 'artifact' });
