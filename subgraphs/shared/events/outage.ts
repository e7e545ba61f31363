import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { storageErrorOf } from '../database/storage-error.ts';

const QUIET_MS = 30_000;

export interface OutageOptions {
  /** Of the consumer. */
  readonly name: string;
  readonly log: Logger;
  readonly quietMs?: number;
}

/** What the log says of failures: one that passes by itself once, when it lasts (at once
 * where it is known to last), and in words; anything else each time. */
export class Outage {
  readonly #options: OutageOptions;
  #since: number | undefined;
  #logged = false;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  failed(error: unknown): void {
    const { name: consumer, log, quietMs = QUIET_MS } = this.#options;
    const known = error instanceof DomainError ? error : storageErrorOf(error);
    if (!known) return log.warn({ err: error, consumer }, 'a feed could not be followed and is tried again');
    this.#since ??= performance.now();
    const isPassing = known.details['lasting'] !== true && performance.now() - this.#since < quietMs;
    if (this.#logged || isPassing) return;
    this.#logged = true;
    log.warn({ consumer, code: known.code, why: known.message }, 'a feed cannot be followed; it goes on when it can');
  }

  over(): void {
    if (this.#logged) this.#options.log.info({ consumer: this.#options.name }, 'a feed is followed again');
    this.#since = undefined;
    this.#logged = false;
  }
}
