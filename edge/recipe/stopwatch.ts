/** How stages are measured. */
export interface StageClock {
  readonly monotonicMs: () => number;
  /** False: time stands still while nothing is waited for, and what only computes has no measure. */
  readonly advancesDuringCompute: boolean;
}

/** Stages that wait for something, and are measured everywhere. */
const WAITS: readonly string[] = ['features', 'log', 'wait'];

/** Milliseconds per stage of one request; a stage that cannot be measured is left out, and so is the total then. */
export class Stopwatch {
  readonly #monotonicMs: () => number;
  readonly #advances: boolean;
  #startMs: number;
  readonly #stages = new Map<string, number>();
  #lastMs: number;

  constructor({ monotonicMs, advancesDuringCompute }: StageClock) {
    this.#monotonicMs = monotonicMs;
    this.#advances = advancesDuringCompute;
    this.#startMs = monotonicMs();
    this.#lastMs = this.#startMs;
  }

  /** Ends a stage, which began where the one before it ended. A stage that runs twice adds up. */
  end(stage: string): void {
    const nowMs = this.#monotonicMs();
    this.#stages.set(stage, (this.#stages.get(stage) ?? 0) + nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }

  /** Leaves out the time since the last stage ended: it was spent on others. */
  resume(): void {
    const nowMs = this.#monotonicMs();
    this.#startMs += nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }

  /** What a stage has taken so far. */
  spentMs(stage: string): number {
    return this.#stages.get(stage) ?? 0;
  }

  elapsedMs(): number {
    return this.#monotonicMs() - this.#startMs;
  }

  /** What was computed since then on this watch took; null where that cannot be measured. */
  computedMs(sinceMs = 0): number | null {
    return this.#advances ? this.elapsedMs() - sinceMs : null;
  }

  /** The stages so far and the total, to a microsecond. */
  timings(): Record<string, number> {
    const timings: Record<string, number> = {};
    for (const [stage, ms] of this.#stages) {
      if (this.#advances || (ms > 0 && WAITS.includes(stage))) timings[stage] = toMicrosecond(ms);
    }
    if (this.#advances) timings['total'] = toMicrosecond(this.elapsedMs());
    return timings;
  }
}

const toMicrosecond = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** `features;dur=1.2, model;dur=0.1`, the header's form. */
export function serverTiming(timings: Readonly<Record<string, number>>): string {
  let text = '';
  for (const stage in timings) text += `${text && ', '}${stage};dur=${timings[stage]}`;
  return text;
}
