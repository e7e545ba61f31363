import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { withTimeLimit } from '../../../core/time-limit.ts';

const STOP_AFTER_MS = 5_000;

/** Long work of one kind that goes on after the call that began it: its failures are written down, its end can be awaited. */
export class RunningWork<End> {
  readonly #log: Logger;
  readonly #running = new Set<Promise<End>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Runs it; a failure becomes the end that `fail` makes of its reason. */
  track(key: string, run: () => Promise<End>, fail: (why: string) => Promise<End>): Promise<End> {
    const end = run()
      .catch((error: unknown) => {
        this.#log.error({ err: error, key }, 'long work failed');
        return fail(
          error instanceof DomainError ? error.message : 'an internal error; the log of the server says more',
        );
      })
      .finally(() => this.#running.delete(end));
    this.#running.add(end);
    // Nobody may be waiting any more; the failure has been written down where it could be.
    end.catch((error: unknown) => this.#log.error({ err: error, key }, 'long work could not be ended'));
    return end;
  }

  async stop(): Promise<void> {
    await within(Promise.allSettled(this.#running), STOP_AFTER_MS);
  }
}

const LATE = new Error('it takes longer');

/** What the promise gives within the time, or null when it is not there yet. */
export function within<T>(promise: Promise<T>, waitMs: number): Promise<T | null> {
  return withTimeLimit<T | null>(
    waitMs,
    () => promise,
    () => LATE,
  ).catch((error: unknown) => {
    if (error === LATE) return null;
    throw error;
  });
}
