import { DomainError } from '../../../core/errors.ts';

/** No room: on the disk, in the quota, or past the process's own limit on a file. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A full disk is a named outage that the operator can mend; any other failure stays what it is. */
export function storageFailure(error: unknown): unknown {
  if (!FULL.has(String((error as NodeJS.ErrnoException | undefined)?.code))) return error;
  return new DomainError(
    'STORAGE_FULL',
    'the storage is full: nothing of this was kept; free some space and try again',
  );
}
