/** Milliseconds per stage of one request. */
export class Stopwatch {
  readonly #monotonicMs: () => number;
  readonly #startMs: number;
  readonly #stages = new Map<string, number>();
  #lastMs: number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#startMs = monotonicMs();
    this.#lastMs = this.#startMs;
  }

  /** Ends a stage, which began where the one before it ended. A stage that runs twice adds up. */
  end(stage: string): void {
    const nowMs = this.#monotonicMs();
    this.#stages.set(stage, (this.#stages.get(stage) ?? 0) + nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }

  elapsedMs(): number {
    return this.#monotonicMs() - this.#startMs;
  }

  /** The stages so far and the total, to a microsecond. */
  timings(): Record<string, number> {
    const all = [...this.#stages, ['total', this.elapsedMs()] as const];
    return Object.fromEntries(all.map(([stage, ms]) => [stage, Math.round(ms * 1_000) / 1_000]));
  }
}

/** `features;dur=1.2, model;dur=0.1`, the header's form. */
export const serverTiming = (timings: Readonly<Record<string, number>>): string =>
  Object.entries(timings)
    .map(([stage, ms]) => `${stage};dur=${ms}`)
    .join(', ');
