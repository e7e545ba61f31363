import { DomainError } from '../../../core/errors.ts';

/** No room: on the disk, in the quota, past the process's own limit on a file; of the database's disk. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', '53100']);

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (the server stops, crashed, or is starting), and the system's own codes. */
const AWAY =
  /^(08\w{3}|53\w{3}|57P0[1-5]|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** What `pg` says without a code. */
const AWAY_MESSAGE =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/**
 * A named outage that the operator can mend: STORAGE_FULL or UNAVAILABLE. Undefined for any other failure, which is our
 * bug. Looks at what an error wraps as well.
 */
export function storageErrorOf(error: unknown): DomainError | undefined {
  for (let depth = 0, cause = error; cause instanceof Error && depth < 5; depth++, cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && FULL.has(code)) {
      return new DomainError(
        'STORAGE_FULL',
        'the storage is full: nothing of this was kept; free some space and try again',
      );
    }
    if ((typeof code === 'string' && AWAY.test(code)) || AWAY_MESSAGE.test(cause.message)) {
      return new DomainError('UNAVAILABLE', "the storage can't be reached just now: try again");
    }
  }
  return undefined;
}
