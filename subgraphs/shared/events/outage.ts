import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { storageErrorOf } from '../database/storage-error.ts';

const QUIET_MS = 30_000;
/** So that messages with something new in each do not fill the log. */
const MOST_CAUSES = 10;

export interface OutageOptions {
  /** Of the consumer. */
  readonly name: string;
  readonly log: Logger;
  readonly quietMs?: number;
}

/**
 * What the log says of failures. Those that pass by themselves, in words: each cause at once when it is first met, as
 * something to know of; once more as a warning when it lasts, or is known to last. Anything else each time, with its stack.
 */
export class Outage {
  readonly #options: OutageOptions;
  readonly #causes = new Set<string>();
  #since: number | undefined;
  #warned = false;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  failed(error: unknown): void {
    const { name: consumer, log, quietMs = QUIET_MS } = this.#options;
    const known = error instanceof DomainError ? error : storageErrorOf(error);
    if (!known) return log.warn({ err: error, consumer }, 'a feed could not be followed and is tried again');
    this.#since ??= performance.now();
    const cause = { consumer, code: known.code, why: known.message };
    const isPassing = known.details['lasting'] !== true && performance.now() - this.#since < quietMs;
    if (!this.#warned && !isPassing) {
      this.#warned = true;
      this.#causes.add(keyOf(known));
      log.warn(cause, 'a feed cannot be followed; it goes on when it can');
    } else if (!this.#causes.has(keyOf(known)) && this.#causes.size < MOST_CAUSES) {
      this.#causes.add(keyOf(known));
      log.info(cause, 'a feed cannot be followed just now');
    }
  }

  over(): void {
    const { log, name: consumer } = this.#options;
    if (this.#since !== undefined) log.info({ consumer }, 'a feed is followed again');
    this.#since = undefined;
    this.#warned = false;
    this.#causes.clear();
  }
}

const keyOf = ({ code, message }: DomainError): string => `${code} ${message}`;
