import type { Logger } from 'pino';
import type { StoredKey } from '../../../../schema/stored-key.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { Database } from '../../../shared/database/database.ts';
import { storedKeyOf } from '../../domain/node/node-key.ts';
import { goodNodeKeys } from '../../storage/node/node-key.ts';

export interface EnrolledKeysOptions {
  readonly db: Database;
  readonly now: () => Date;
  readonly log: Logger;
  /** Hears of all keys that are good, at the start and at each change. */
  readonly onChange: (keys: readonly StoredKey[]) => void;
}

/** The good keys as others are told of them. */
export interface KeysKnown {
  /** Differs for each set of keys. */
  readonly digest: string;
  readonly keys: readonly StoredKey[];
}

/** How long a change by another replica may stay unseen. */
const LOOK_EVERY_MS = 1_000;

/** The keys of enrolled nodes that are good now, for this process and for those that ask it. */
export class EnrolledKeys {
  readonly #options: EnrolledKeysOptions;
  readonly #waiting = new Set<() => void>();
  #known: KeysKnown = { digest: digestOf([]), keys: [] };
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: EnrolledKeysOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => void this.refresh().catch(() => undefined), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const wake of this.#waiting) wake();
    await this.#looking.catch(() => undefined);
  }

  get known(): KeysKnown {
    return this.#known;
  }

  /** Looks at once, one look after another: what was committed before the call is known after it. */
  refresh(): Promise<void> {
    const mine = this.#looking.then(() => this.#look());
    this.#looking = mine.catch(() => undefined);
    return mine;
  }

  /** Ends when the keys are others than those of the digest, when the time is over, or when the signal says so. */
  async changedFrom(digest: string, waitMs: number, signal: AbortSignal): Promise<void> {
    if (digest !== this.#known.digest || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }

  async #look(): Promise<void> {
    const { db, now, log, onChange } = this.#options;
    try {
      const keys = (await goodNodeKeys(db, now())).map(storedKeyOf);
      const digest = digestOf(keys);
      if (digest === this.#known.digest) return;
      this.#known = { digest, keys };
      onChange(keys);
      for (const wake of this.#waiting) wake();
    } catch (error) {
      log.warn({ err: error }, 'the keys of nodes cannot be read: those that were known stay');
      throw error;
    }
  }
}
