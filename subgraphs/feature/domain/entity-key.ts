import { DomainError } from '../../../core/errors.ts';
import type { JoinKey } from './entity.ts';
import { int64Of, isText } from './value.ts';

/** A row's join keys as one text: a JSON tuple, so that ("1","23") and ("12","3") stay apart. */
export const tupleOf = (parts: readonly string[]): string => JSON.stringify(parts);

/** One part of a key in its stored form, null for a null key, `undefined` where the value is not of the key's type. */
export function keyPartOf(key: JoinKey, value: unknown): string | null | undefined {
  if (value === null) return null;
  if (key.dtype === 'INT64') return int64Of(value)?.toString();
  return isText(value) && value.length <= 1_024 ? value : undefined;
}

/**
 * The key of one row of a request, or null where a part of it is null: a null key never matches.
 * Throws INVALID_INPUT that names a part which is missing or of another type.
 */
export function entityKeyOf(
  joinKeys: readonly JoinKey[],
  row: Readonly<Record<string, unknown>>,
  field: string,
): string | null {
  const parts: string[] = [];
  let hasNull = false;
  for (const key of joinKeys) {
    const value = Object.hasOwn(row, key.name) ? row[key.name] : undefined;
    const allowed = joinKeys.map(({ name, dtype }) => `${name} (${dtype})`);
    if (value === undefined) {
      throw new DomainError(
        'INVALID_INPUT',
        `${field}: the join key "${key.name}" is missing; it takes ${allowed.join(' and ')}`,
        { field: `${field}.${key.name}`, allowed },
      );
    }
    const part = keyPartOf(key, value);
    if (part === undefined) {
      throw new DomainError('INVALID_INPUT', `${field}: the join key "${key.name}" is ${key.dtype}`, {
        field: `${field}.${key.name}`,
        allowed,
      });
    }
    if (part === null) hasNull = true;
    else parts.push(part);
  }
  return hasNull ? null : tupleOf(parts);
}
