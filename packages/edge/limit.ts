import { EdgeProblem } from './problem.ts';

/** How long a call may take, for platforms that have no `AbortSignal.any` as well. */
export interface Limit {
  /** Aborts when the time is over, or when the caller gives up. */
  readonly signal: AbortSignal;
  /** Waits; false where the limit ends first, and then at once. */
  wait(ms: number): Promise<boolean>;
  /** The call is over. */
  end(): void;
}

export function limitOf(timeoutMs: number, caller?: AbortSignal): Limit {
  const controller = new AbortController();
  const endsMs = Date.now() + timeoutMs;
  const late = (): void => controller.abort(new EdgeProblem('the edge did not answer in time', { code: 'TIMEOUT' }));
  const timer = setTimeout(late, timeoutMs);
  const giveUp = (): void => controller.abort(caller?.reason);
  if (caller?.aborted) giveUp();
  caller?.addEventListener('abort', giveUp, { once: true });
  const { signal } = controller;
  return {
    signal,
    wait: (ms) =>
      new Promise((resolve) => {
        if (signal.aborted || Date.now() + ms >= endsMs) return resolve(false);
        const aborted = (): void => {
          clearTimeout(pause);
          resolve(false);
        };
        const pause = setTimeout(() => {
          signal.removeEventListener('abort', aborted);
          resolve(true);
        }, ms);
        signal.addEventListener('abort', aborted, { once: true });
      }),
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', giveUp);
    },
  };
}
