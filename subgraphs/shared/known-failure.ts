import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import { storageErrorOf } from './database/storage-error.ts';

/**
 * What every door tells a caller of a failure: a DomainError as it is, an outage of the storage by its code (and to the
 * operator in the log, once). Undefined for our own bugs, which the door masks.
 */
export function knownFailure(error: unknown, log: Logger): DomainError | undefined {
  if (error instanceof DomainError) return error;
  const outage = storageErrorOf(error);
  if (outage) log.warn({ err: error, code: outage.code }, 'the storage fails');
  return outage;
}
