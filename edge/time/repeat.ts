/** Something that is done again and again until it is stopped. */
export interface Repeating {
  /** Runs the task now rather than after the wait; where it is running, once more after that. */
  wake(): void;
  /** Resolves when no run is under way any more. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  readonly everyMs: number;
  /** How long to wait at most after runs that failed; each failure doubles the wait. */
  readonly longestMs?: number;
}

/**
 * Runs a task, waits, and runs it again; `false` from the task means that it failed, and so does what it throws. The wait varies by a tenth, so
 * that many nodes that started together do not stay together.
 */
export function repeat({ everyMs, longestMs = everyMs }: RepeatOptions, task: () => Promise<boolean>): Repeating {
  const stopping = new AbortController();
  let isWanted = false;
  let endWait: (() => void) | undefined;
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = async (): Promise<void> => {
    let waitMs = everyMs;
    while (!stopping.signal.aborted) {
      isWanted = false;
      waitMs = (await task().catch(() => false)) ? everyMs : Math.min(waitMs * 2, longestMs);
      if (!stopping.signal.aborted && !isWanted) await wait(waitMs * (0.9 + Math.random() * 0.2));
      endWait = undefined;
    }
  };
  const running = loop();
  return {
    wake: () => {
      isWanted = true;
      endWait?.();
    },
    stop: () => {
      stopping.abort();
      endWait?.();
      return running;
    },
  };
}
