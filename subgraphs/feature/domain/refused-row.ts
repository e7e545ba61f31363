import { DomainError } from '../../../core/errors.ts';

/** A row that is refused, with the field and what that may be. */
export const refuseRow = (field: string, message: string, allowed?: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed !== undefined && { allowed }) });

/** A moment that is not after now: what has not happened yet is in no window. */
export function notAhead(field: string, ms: number, now: Date): number {
  if (ms <= now.getTime()) return ms;
  const limit = now.toISOString();
  throw refuseRow(field, `${new Date(ms).toISOString()} lies ahead; it is ${limit} here`, { max: limit });
}
