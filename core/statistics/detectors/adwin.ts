import { requireOpenUnit } from '../check.ts';

/** How a window is kept; the defaults are those of River. */
export interface AdwinOptions {
  /** Chance of a false alarm per test. */
  readonly delta: number;
  /** Every so many values a test is made. */
  readonly clock: number;
  /** Buckets of one size at most; a further one merges the two oldest. */
  readonly maxBuckets: number;
  /** Values on either side of a cut at least. */
  readonly minWindow: number;
  /** No test up to so many values. */
  readonly gracePeriod: number;
}

export const ADWIN: AdwinOptions = { delta: 0.002, clock: 32, maxBuckets: 5, minWindow: 5, gracePeriod: 10 };

/** Values of one bucket; how many follows from its row. */
interface Bucket {
  readonly total: number;
  /** Σ(x − mean)². */
  readonly variance: number;
}

/**
 * A window over a stream that forgets what lay before its mean changed (ADWIN, Bifet & Gavaldà 2007, in the form of MOA and
 * River): row i holds buckets of 2^i values, the oldest first.
 */
export class Adwin {
  readonly #options: AdwinOptions;
  #rows: Bucket[][] = [[]];
  #width = 0;
  #total = 0;
  #variance = 0;
  #ticks = 0;
  #detected = false;

  constructor(options: Partial<AdwinOptions> = {}) {
    this.#options = { ...ADWIN, ...options };
    requireOpenUnit('delta', this.#options.delta);
  }

  /** One more value; whether the mean has changed. After a change the next value begins a new window. */
  add(value: number): boolean {
    if (this.#detected) this.#reset();
    this.#insert(value);
    this.#ticks++;
    const { clock, gracePeriod } = this.#options;
    if (this.#ticks % clock === 0 && this.#width > gracePeriod) {
      while (this.#isCut()) {
        this.#detected = true;
        this.#dropOldest();
      }
    }
    return this.#detected;
  }

  /** What the window holds: values, their sum, Σ(x − mean)², and how many buckets each row has. */
  snapshot(): { width: number; total: number; variance: number; bucketRows: number[] } {
    const bucketRows = this.#rows.map((row) => row.length);
    return { width: this.#width, total: this.#total, variance: this.#variance, bucketRows };
  }

  #reset(): void {
    this.#rows = [[]];
    this.#width = this.#total = this.#variance = this.#ticks = 0;
    this.#detected = false;
  }

  #insert(value: number): void {
    this.#rows[0]?.push({ total: value, variance: 0 });
    this.#width++;
    if (this.#width > 1) {
      const before = this.#width - 1;
      this.#variance += (before * (value - this.#total / before) ** 2) / this.#width;
    }
    this.#total += value;
    this.#compress();
  }

  #compress(): void {
    for (const [at, row] of this.#rows.entries()) {
      if (row.length <= this.#options.maxBuckets) return;
      const [a, b] = row.splice(0, 2);
      if (!a || !b) return;
      const next = (this.#rows[at + 1] ??= []);
      next.push({ total: a.total + b.total, variance: a.variance + b.variance + between(a.total, b.total, 2 ** at) });
    }
  }

  /** Whether the mean before some cut differs from that behind it, from the oldest cut on. */
  #isCut(): boolean {
    const { minWindow } = this.#options;
    let [n0, total0] = [0, 0];
    for (let at = this.#rows.length - 1; at >= 0; at--) {
      for (const { total } of this.#rows[at] ?? []) {
        n0 += 2 ** at;
        total0 += total;
        const n1 = this.#width - n0;
        if (n0 < minWindow || n1 < minWindow) continue;
        if (this.#differ(n0, n1, Math.abs(total0 / n0 - (this.#total - total0) / n1))) return true;
      }
    }
    return false;
  }

  #differ(n0: number, n1: number, gap: number): boolean {
    const { delta, minWindow } = this.#options;
    const ln = Math.log((2 * Math.log(this.#width)) / delta);
    const m = 1 / (n0 - minWindow + 1) + 1 / (n1 - minWindow + 1);
    return gap > Math.sqrt(2 * m * (this.#variance / this.#width) * ln) + (2 / 3) * m * ln;
  }

  #dropOldest(): void {
    const row = this.#rows.at(-1);
    const bucket = row?.shift();
    if (!row || !bucket) return;
    const n = 2 ** (this.#rows.length - 1);
    this.#width -= n;
    this.#total -= bucket.total;
    const gap = bucket.total / n - this.#total / this.#width;
    this.#variance -= bucket.variance + (n * this.#width * gap ** 2) / (n + this.#width);
    if (row.length === 0 && this.#rows.length > 1) this.#rows.pop();
  }
}

/** What the gap of two means adds to Σ(x − mean)² of two buckets of n values each. */
const between = (a: number, b: number, n: number): number => (n * (a / n - b / n) ** 2) / 2;
