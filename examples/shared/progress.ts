/** Where progress goes: lines on a terminal, rewritten in place, or plain lines elsewhere. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const EVERY_MS = { terminal: 200, plain: 5_000 } as const;

/** Tells how far a long step is: how many of how many, how fast, how long it will take. */
export class Progress {
  readonly #label: string;
  readonly #total: number;
  readonly #unit: string;
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  readonly #startedAt: number;
  #reportedAt: number;
  #done = 0;

  constructor(
    step: { readonly label: string; readonly total: number; readonly unit: string },
    output: ProgressOutput,
    now: () => number = () => performance.now(),
  ) {
    this.#label = step.label;
    this.#total = step.total;
    this.#unit = step.unit;
    this.#output = output;
    this.#now = now;
    this.#startedAt = now();
    this.#reportedAt = this.#startedAt;
  }

  advance(by: number): void {
    this.#done += by;
    const now = this.#now();
    if (now - this.#reportedAt < (this.#output.isTTY ? EVERY_MS.terminal : EVERY_MS.plain)) return;
    this.#reportedAt = now;
    const line = this.#line(now);
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** The last word: what it was in all. */
  finish(): void {
    const seconds = (this.#now() - this.#startedAt) / 1_000;
    const line = `${this.#label}: ${this.#done} ${this.#unit} in ${seconds.toFixed(1)} s (${perSecond(this.#done, seconds)})`;
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  }

  #line(now: number): string {
    const seconds = (now - this.#startedAt) / 1_000;
    const left = this.#done === 0 ? '' : `, ${duration((seconds * (this.#total - this.#done)) / this.#done)} left`;
    return `${this.#label}: ${this.#done} of ${this.#total} ${this.#unit}, ${perSecond(this.#done, seconds)}${left}`;
  }
}

export function perSecond(count: number, seconds: number): string {
  const rate = seconds > 0 ? count / seconds : 0;
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`;
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
