import { storageErrorOf } from '../database/storage-error.ts';

/** A full disk is a named outage that the operator can mend; any other failure stays what it is. */
export function storageFailure(error: unknown): unknown {
  const known = storageErrorOf(error);
  return known?.code === 'STORAGE_FULL' ? known : error;
}
