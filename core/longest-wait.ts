import { DomainError } from './errors.ts';

/** The longest that a mutation may be asked to wait for the end of what it began (`waitMs`). The gateway waits longer. */
export const LONGEST_WAIT_MS = 20_000;
export const DEFAULT_WAIT_MS = 5_000;

/** How long a caller may wait for the end of long work. Throws INVALID_INPUT. */
export function checkWait(waitMs: number): void {
  if (waitMs >= 0 && waitMs <= LONGEST_WAIT_MS) return;
  throw new DomainError('INVALID_INPUT', `waitMs: 0 to ${LONGEST_WAIT_MS}, not ${waitMs}`, {
    field: 'waitMs',
    allowed: { min: 0, max: LONGEST_WAIT_MS },
  });
}
