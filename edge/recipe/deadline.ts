import { DomainError } from '../../core/errors.ts';

/** Throws TIMEOUT where the caller waits no longer: what nobody reads is neither computed nor recorded. */
export function checkDeadline(leftMs: number): void {
  if (leftMs > 0) return;
  throw new DomainError('TIMEOUT', 'the deadline of the request has passed', { field: 'x-tiffin-deadline-ms' });
}
