import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import type { DataPlaneEnv } from './data-plane.ts';
import type { RequestVariables } from './request-log.ts';

export interface RunningVariables {
  /** Aborts when the process is about to stop: what waits for something new must not go on waiting. */
  stopping: AbortSignal;
}

const GRACE_MS = 5_000;

/** What is being answered just now, so that what it works with is closed after it has ended. */
export class RunningRequests {
  readonly #name: string;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(name: string) {
    this.#name = name;
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Throws SUBGRAPH_UNAVAILABLE once it stops. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseIfStopping();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** The same for what goes on until `signal` aborts. It ends with SUBGRAPH_UNAVAILABLE when the process is about to stop. */
  async *stream<T>(
    signal: AbortSignal,
    begin: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
  ): AsyncGenerator<T, void, undefined> {
    const given = begin(AbortSignal.any([signal, this.#stopping.signal]));
    try {
      // Between two of them, while the reader takes its time, nothing runs.
      for (let step = await this.run(() => given.next()); !step.done; step = await this.run(() => given.next())) {
        yield step.value;
      }
      this.#refuseIfStopping();
    } finally {
      await given.return();
    }
  }

  /** For the routes that are added after it. */
  middleware(): MiddlewareHandler<{ Variables: RequestVariables & RunningVariables }> {
    return async (c, next) => {
      c.set('stopping', this.#stopping.signal);
      await this.run(next);
    };
  }

  #refuseIfStopping(): void {
    if (!this.isStopping) return;
    throw new DomainError('SUBGRAPH_UNAVAILABLE', `the ${this.#name} subgraph has stopped`, { subgraph: this.#name });
  }

  /** From now on nothing new is answered, and what waits ends. */
  refuse(): void {
    this.#stopping.abort();
  }

  /** Waits until all has been answered, or for `graceMs`. */
  async end(graceMs = GRACE_MS): Promise<void> {
    this.refuse();
    const late = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#running),
      sleep(graceMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
  }
}

/** Aborts when nobody waits for the answer any more, or when the process is about to stop. */
export const waitSignal = (c: Context<DataPlaneEnv>): AbortSignal =>
  AbortSignal.any([c.req.raw.signal, c.get('stopping')]);
