import { DomainError } from './errors.ts';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const MOST_BUCKETS = 10_000;

/** Lets each key have so many requests a second, and at most a second's worth of them at once. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #monotonicMs: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, monotonicMs: () => number) {
    this.#perSecond = perSecond;
    this.#monotonicMs = monotonicMs;
  }

  /** Counts one request. Throws RATE_LIMITED that says when the next one may come. */
  take(key: string): void {
    this.#take(key, 1, 1);
  }

  /**
   * Counts further requests, which came as one with a request that was counted. More than a second holds are taken from a
   * full second, and the next ones wait the longer. Throws RATE_LIMITED.
   */
  takeMore(key: string, count: number): void {
    this.#take(key, count, Math.min(count, this.#perSecond - 1));
  }

  #take(key: string, count: number, needed: number): void {
    const bucket = this.#filled(key, this.#monotonicMs());
    if (bucket.tokens >= needed) {
      bucket.tokens -= count;
      return;
    }
    const retryAfterMs = Math.ceil(((needed - bucket.tokens) * 1_000) / this.#perSecond);
    throw new DomainError('RATE_LIMITED', `this key may ask ${this.#perSecond} times a second here`, {
      limit: this.#perSecond,
      retryAfterMs,
    });
  }

  #filled(key: string, nowMs: number): Bucket {
    const known = this.#buckets.get(key);
    if (known) {
      known.tokens = Math.min(this.#perSecond, known.tokens + ((nowMs - known.filledAtMs) * this.#perSecond) / 1_000);
      known.filledAtMs = nowMs;
      return known;
    }
    // Keys come from a file, so this is not reached but by a file of tens of thousands.
    if (this.#buckets.size >= MOST_BUCKETS) this.#buckets.clear();
    const fresh = { tokens: this.#perSecond, filledAtMs: nowMs };
    this.#buckets.set(key, fresh);
    return fresh;
  }
}
