/** How fast the data's clock runs: so many times as fast as ours, or as fast as it goes. */
export type Speed = number | 'max';

export interface PaceClock {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const ownClock: PaceClock = {
  nowMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Holds a replay back to its speed. Time that was lost to an outage is not made up for: the clock goes on from there. */
export class Pace {
  readonly #speed: Speed;
  readonly #clock: PaceClock;
  #dataMs: number;
  #ourMs: number;

  constructor(speed: Speed, startMs: number, clock: PaceClock = ownClock) {
    this.#speed = speed;
    this.#clock = clock;
    this.#dataMs = startMs;
    this.#ourMs = clock.nowMs();
  }

  /** Resolves when the data's clock shows `dataMs`; at once at the greatest speed. */
  async until(dataMs: number): Promise<void> {
    if (this.#speed === 'max') return;
    const dueMs = this.#ourMs + (dataMs - this.#dataMs) / this.#speed;
    const aheadMs = dueMs - this.#clock.nowMs();
    if (aheadMs > 0) return this.#clock.sleep(aheadMs);
    if (aheadMs < -LATE_MS) this.#goOnFrom(dataMs);
  }

  #goOnFrom(dataMs: number): void {
    this.#dataMs = dataMs;
    this.#ourMs = this.#clock.nowMs();
  }
}

/** Being late by less than this is made up for. */
const LATE_MS = 5_000;
