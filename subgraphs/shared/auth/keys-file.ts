import { readFileSync } from 'node:fs';
import { DomainError } from '../../../core/errors.ts';
import { StoredKeys, type StoredKey } from '../../../schema/stored-key.ts';
import { validated } from '../../../schema/validated.ts';

/** The keys in the file that TIFFIN_KEYS_FILE names; none without one. Throws FAILED_PRECONDITION that says what is wrong. */
export function readKeysFile(file: string | undefined): readonly StoredKey[] {
  if (file === undefined) return [];
  try {
    return validated(StoredKeys, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DomainError(
      'FAILED_PRECONDITION',
      `TIFFIN_KEYS_FILE: ${file} must hold a list of keys as JSON, [{ "id", "sha256", "scopes", "project", "trust" }]: ${why}`,
      { field: 'TIFFIN_KEYS_FILE' },
    );
  }
}
