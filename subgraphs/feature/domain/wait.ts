import { DomainError } from '../../../core/errors.ts';
import { LONGEST_WAIT_MS } from '../../../core/longest-wait.ts';

export const DEFAULT_WAIT_MS = 5_000;
export const MAX_WAIT_MS = LONGEST_WAIT_MS;

/** How long a caller may wait for the end of long work. Throws INVALID_INPUT. */
export function checkWait(waitMs: number): void {
  if (waitMs >= 0 && waitMs <= MAX_WAIT_MS) return;
  throw new DomainError('INVALID_INPUT', `waitMs: 0 to ${MAX_WAIT_MS}, not ${waitMs}`, {
    field: 'waitMs',
    allowed: { min: 0, max: MAX_WAIT_MS },
  });
}
