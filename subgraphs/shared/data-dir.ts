import { accessSync, constants, mkdirSync } from 'node:fs';
import { DomainError } from '../../core/errors.ts';

/** Makes the folder for a process's files. Throws FAILED_PRECONDITION when nothing can be kept there. */
export function makeDataDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DomainError(
      'FAILED_PRECONDITION',
      `TIFFIN_DATA_DIR: nothing can be kept in ${path} (${why}): make it writable for this account, or name another folder`,
      { field: 'TIFFIN_DATA_DIR' },
    );
  }
}
