/** The types that a join key can have. */
export const KEY_DTYPES = ['STRING', 'INT64'] as const;
export type KeyDtype = (typeof KEY_DTYPES)[number];

/** One column of the key that finds an entity's rows. */
export interface JoinKey {
  readonly name: string;
  readonly dtype: KeyDtype;
}

/** Where the online store keeps an entity's block: the view version, and the entity's key. */
export interface OnlineAddress {
  readonly view: string;
  readonly key: string;
}

export const onlineViewOf = ({
  project,
  name,
  version,
}: {
  readonly project: string;
  readonly name: string;
  readonly version: number;
}): string => `${project}/${name}@${version}`;

/** A row's join keys as one text: a JSON tuple, so that ("1","23") and ("12","3") stay apart. */
export const tupleOf = (parts: readonly string[]): string => JSON.stringify(parts);

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const MAX_KEY_LENGTH = 1_024;

/** Text that every store can hold: whole characters, none of them NUL. */
export const isText = (json: unknown): json is string =>
  typeof json === 'string' && json.isWellFormed() && !json.includes('\0');

/** A whole number of 64 bits; as text beyond 2^53. `undefined` for anything else. */
export function int64Of(json: unknown): bigint | undefined {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : undefined;
  if (typeof json !== 'string' || !/^-?\d{1,19}$/.test(json)) return undefined;
  const value = BigInt(json);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

/** One part of a key in its stored form, null for a null key, `undefined` where the value is not of the key's type. */
export function keyPartOf({ dtype }: JoinKey, value: unknown): string | null | undefined {
  if (value === null) return null;
  if (dtype === 'INT64') return int64Of(value)?.toString();
  return isText(value) && value.length <= MAX_KEY_LENGTH ? value : undefined;
}

/** What is wrong with the keys of a row. */
export interface KeyFault {
  readonly joinKey: JoinKey;
  readonly fault: 'MISSING' | 'TYPE';
}

/** The key of one row of a request; null where a part of it is null: a null key never matches. */
export function entityKeyOf(
  joinKeys: readonly JoinKey[],
  row: Readonly<Record<string, unknown>>,
): string | null | KeyFault {
  const parts: string[] = [];
  let hasNull = false;
  for (const joinKey of joinKeys) {
    if (!Object.hasOwn(row, joinKey.name)) return { joinKey, fault: 'MISSING' };
    const part = keyPartOf(joinKey, row[joinKey.name]);
    if (part === undefined) return { joinKey, fault: 'TYPE' };
    if (part === null) hasNull = true;
    else parts.push(part);
  }
  return hasNull ? null : tupleOf(parts);
}
