import type { MachineKey } from './machine-keys.ts';
import { RateLimit } from './rate-limit.ts';

type Limited = Pick<MachineKey, 'id' | 'trust' | 'ratePerSecond'>;

export interface KeyLimitsOptions {
  /** Requests a second of each key of trust `server`, and of each of trust `device`; 0: as many as it likes. */
  readonly server: number;
  readonly device: number;
  readonly monotonicMs: () => number;
}

/** Lets each key ask at its own rate, or at that of keys of its trust. */
export class KeyLimits {
  readonly #options: KeyLimitsOptions;
  readonly #byRate = new Map<number, RateLimit>();

  constructor(options: KeyLimitsOptions) {
    this.#options = options;
  }

  /** Counts one request. Throws RATE_LIMITED that says when the next one may come. */
  take(key: Limited): void {
    this.#limitOf(key)?.take(key.id);
  }

  /** Counts further requests, which came as one. Throws RATE_LIMITED. */
  takeMore(key: Limited, count: number): void {
    this.#limitOf(key)?.takeMore(key.id, count);
  }

  #limitOf({ trust, ratePerSecond = this.#options[trust] }: Limited): RateLimit | undefined {
    if (ratePerSecond === 0) return undefined;
    const known = this.#byRate.get(ratePerSecond);
    if (known) return known;
    const limit = new RateLimit(ratePerSecond, this.#options.monotonicMs);
    this.#byRate.set(ratePerSecond, limit);
    return limit;
  }
}
