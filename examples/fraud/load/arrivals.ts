/** When things come in: `perSecond` of them, evenly, from an instant on. */
export interface Arrivals {
  readonly beginMs: number;
  readonly perSecond: number;
  readonly count: number;
}

export interface Clock {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const MOST_SLEEP_MS = 5;

/**
 * Calls `arrive` for each arrival when its time has come, and never waits for what was begun: one that is slow does not keep the
 * next from coming, so no slowness is left out of what is measured (coordinated omission). `scheduledMs` is when it was due.
 */
export async function everyArrival(
  { beginMs, perSecond, count }: Arrivals,
  arrive: (place: number, scheduledMs: number) => void,
  clock: Clock,
): Promise<void> {
  const dueMs = (place: number): number => beginMs + (place * 1_000) / perSecond;
  for (let place = 0; place < count;) {
    const waitMs = dueMs(place) - clock.nowMs();
    if (waitMs > 0) await clock.sleep(Math.min(waitMs, MOST_SLEEP_MS));
    else {
      arrive(place, dueMs(place));
      place++;
    }
  }
}
