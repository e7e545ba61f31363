import { readFileSync, statSync } from 'node:fs';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { FileState } from '../../../core/file-state.ts';
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
  // It notes the state first: a change while the file is read is seen at the next look.
  const source = new KeysFile(file, log);
  return new KeyRing(readKeysFile(file), now, source);
}

class KeysFile implements KeySource {
  readonly #file: string;
  readonly #log: Logger;
  readonly #state: FileState;
  #lookAgainMs = 0;

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#state = new FileState(() => statSync(file));
  }

  changed(): readonly StoredKey[] | undefined {
    const nowMs = performance.now();
    if (nowMs < this.#lookAgainMs) return undefined;
    this.#lookAgainMs = nowMs + LOOK_EVERY_MS;
    if (!this.#state.hasChanged()) return undefined;
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
