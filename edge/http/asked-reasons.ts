import { DomainError } from '../../core/errors.ts';
import { MOST_REASONS } from '../../schema/reasons.ts';

/** How many reasons a request asks for; null: none. Throws INVALID_INPUT. */
export function readAskedReasons(given: unknown): number | null {
  if (given === null) return null;
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MOST_REASONS) return given;
  const allowed = `a whole number from 1 to ${MOST_REASONS}: how many the answer gives; or nothing for none`;
  throw new DomainError('INVALID_INPUT', `reasons is missing or not ${allowed}`, {
    field: 'reasons',
    allowed: [allowed],
  });
}
