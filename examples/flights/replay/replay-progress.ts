import { duration, perSecond, type ProgressOutput } from '../../shared/progress.ts';
import type { Speed } from './pace.ts';

const EVERY_MS = { terminal: 200, plain: 5_000 } as const;

export interface ReplayStretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** About how many flights are to be asked. */
  readonly flights: number;
  readonly speed: Speed;
}

/** Tells where a replay is by the data's clock: `2001-02-12 14:00  81,120 of about 160,000 flights, 812/s, 1 min 37 s left`. */
export class ReplayProgress {
  readonly #stretch: ReplayStretch;
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  readonly #startedAt: number;
  #reportedAt: number;
  #asked = 0;

  constructor(stretch: ReplayStretch, output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#stretch = stretch;
    this.#output = output;
    this.#now = now;
    this.#startedAt = now();
    this.#reportedAt = this.#startedAt;
  }

  /** One more was answered; the data's clock shows `dataMs`. */
  advance(dataMs: number): void {
    this.#asked++;
    const now = this.#now();
    if (now - this.#reportedAt < (this.#output.isTTY ? EVERY_MS.terminal : EVERY_MS.plain)) return;
    this.#reportedAt = now;
    const line = this.line(dataMs);
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** A line of its own, between those of progress. */
  say(line: string): void {
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  }

  line(dataMs: number): string {
    const { flights, speed, toMs } = this.#stretch;
    const seconds = (this.#now() - this.#startedAt) / 1_000;
    const rate = perSecond(this.#asked, seconds);
    const left = speed === 'max' ? (seconds * (flights - this.#asked)) / this.#asked : (toMs - dataMs) / 1_000 / speed;
    const about = Number.isFinite(left) && left > 0 ? `, ${duration(left)} left` : '';
    return `${hourText(dataMs)}  ${count(this.#asked)} of about ${count(flights)} flights, ${rate}${about}`;
  }
}

export const hourText = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
export const count = (n: number): string => n.toLocaleString('en-US');
