import { DomainError } from '../../core/errors.ts';

const MINUTE_MS = 60_000;
/** Shorter ones come from adding fractions. */
const LEAST_WAIT_MS = 0.001;
/** More callers than this at a time forget the one that was quiet for longest. */
const MOST_CALLERS = 10_000;

/**
 * A token bucket per caller: `perMinute` requests at once, and as many again over each minute. 0 sets no limit. Each
 * gateway counts for itself. Kept as the moment at which a caller's bucket is full again (GCRA, ITU-T I.371).
 */
export class RateLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  // In the order of their last request.
  readonly #fullAt = new Map<string, number>();

  constructor(perMinute: number, now: () => number = () => performance.now()) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts one request. Throws RATE_LIMITED with the seconds until the next one is taken. */
  take(caller: string): void {
    if (this.#perMinute === 0) return;
    const now = this.#now();
    const fullAt = Math.max(now, this.#fullAt.get(caller) ?? now);
    const next = fullAt + MINUTE_MS / this.#perMinute;
    const waitMs = next - now - MINUTE_MS;
    const isAdmitted = waitMs < LEAST_WAIT_MS;
    this.#remember(caller, isAdmitted ? next : fullAt);
    if (isAdmitted) return;
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    throw new DomainError(
      'RATE_LIMITED',
      `requests: at most ${this.#perMinute} a minute, try again in ${retryAfterSeconds} s`,
      { limit: this.#perMinute, retryAfterSeconds },
    );
  }

  #remember(caller: string, fullAt: number): void {
    this.#fullAt.delete(caller);
    this.#fullAt.set(caller, fullAt);
    if (this.#fullAt.size <= MOST_CALLERS) return;
    const [oldest] = this.#fullAt.keys();
    if (oldest !== undefined) this.#fullAt.delete(oldest);
  }
}
