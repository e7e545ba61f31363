import { entityKeyOf, type JoinKey } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';

/**
 * The key of one row of a request, or null where a part of it is null. Throws INVALID_INPUT that names a part which is
 * missing or of another type.
 */
export function checkedKey(
  joinKeys: readonly JoinKey[],
  row: Readonly<Record<string, unknown>>,
  field: string,
): string | null {
  const found = entityKeyOf(joinKeys, row);
  if (found === null || typeof found === 'string') return found;
  const { joinKey, fault } = found;
  const allowed = joinKeys.map(({ name, dtype }) => `${name} (${dtype})`);
  const why = fault === 'MISSING' ? `is missing; it takes ${allowed.join(' and ')}` : `is ${joinKey.dtype}`;
  throw new DomainError('INVALID_INPUT', `${field}: the join key "${joinKey.name}" ${why}`, {
    field: `${field}.${joinKey.name}`,
    allowed,
  });
}
