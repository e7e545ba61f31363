import { readFileSync, statSync } from 'node:fs';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { StoredKeys, type StoredKey } from '../../../schema/stored-key.ts';
import { validated } from '../../../schema/validated.ts';
import { KeyRing, type KeySource } from './key-ring.ts';

/** How long a change of the file may stay unseen. */
const LOOK_EVERY_MS = 1_000;

/**
 * The keys in the file that TIFFIN_KEYS_FILE names; none without one. It is read again when it changes: a key that is
 * added or taken out counts within a second. A change that cannot be read is logged, and the keys before it stay.
 * Throws FAILED_PRECONDITION that says what is wrong with the file at the start.
 */
export function openKeyRing(file: string | undefined, log: Logger, now: () => Date = () => new Date()): KeyRing {
  if (file === undefined) return new KeyRing([], now);
  const read = readKeysFile(file);
  return new KeyRing(read, now, new KeysFile(file, log));
}

class KeysFile implements KeySource {
  readonly #file: string;
  readonly #log: Logger;
  #seen: string;
  #lookAgainMs = 0;

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#seen = stampOf(file);
  }

  changed(): readonly StoredKey[] | undefined {
    const nowMs = performance.now();
    if (nowMs < this.#lookAgainMs) return undefined;
    this.#lookAgainMs = nowMs + LOOK_EVERY_MS;
    const stamp = stampOf(this.#file);
    if (stamp === this.#seen) return undefined;
    this.#seen = stamp;
    try {
      const keys = readKeysFile(this.#file);
      this.#log.info({ keys: keys.length }, 'the file of keys has changed and was read again');
      return keys;
    } catch (error) {
      this.#log.error({ err: error }, 'the file of keys has changed and cannot be read: the keys before it stay');
      return undefined;
    }
  }
}

/** What tells one state of a file from another; empty while it is not there. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return '';
  }
}

function readKeysFile(file: string): readonly StoredKey[] {
  try {
    return validated(StoredKeys, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DomainError(
      'FAILED_PRECONDITION',
      `TIFFIN_KEYS_FILE: ${file} must hold a list of keys as JSON, [{ "id", "sha256", "scopes", "owner", "project", "trust" }]: ${why}`,
      { field: 'TIFFIN_KEYS_FILE' },
    );
  }
}
