import { DomainError } from '../../core/errors.ts';

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
    const nowMs = this.#monotonicMs();
    const bucket = this.#filled(key, nowMs);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return;
    }
    const retryAfterMs = Math.ceil(((1 - bucket.tokens) * 1_000) / this.#perSecond);
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
