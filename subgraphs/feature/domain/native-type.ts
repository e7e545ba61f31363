import type { KeyDtype } from '../../../core/codec/address.ts';
import type { Dtype } from '../../../schema/common.ts';

/** What a column of a file is as a feature, by its type in the file. */
const DTYPES: readonly (readonly [RegExp, Dtype])[] = [
  [/^BOOLEAN$/, 'BOOL'],
  [/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT)|DECIMAL\(\d+,0\))$/, 'INT64'],
  [/^(FLOAT|DOUBLE|DECIMAL\(.*\))$/, 'FLOAT64'],
  // Bytes without a mark are text where they are UTF-8, which a load checks.
  [/^(VARCHAR|JSON|UUID|ENUM\(.*\)|BLOB)$/, 'STRING'],
  [/^(TIMESTAMP.*|DATE)$/, 'TIMESTAMP'],
];

/** In CSV everything is text; its natives say what type all values of a column have. */
const CSV = 'CSV ';

/** A column of CSV without a value: it goes with every type. */
export const EMPTY = 'CSV EMPTY';

export const isCsv = (native: string): boolean => native.startsWith(CSV);

/** The type of what a CSV column holds, or the type itself. */
export const plainNative = (native: string): string => (isCsv(native) ? native.slice(CSV.length) : native);

export const dtypeOfNative = (native: string): Dtype | null =>
  DTYPES.find(([pattern]) => pattern.test(plainNative(native)))?.[1] ?? null;

/**
 * Whether keys can be read from it: whole numbers also from doubles, as pandas writes them, where a load checks each; from
 * CSV any text as it stands.
 */
export const holdsKeys = (native: string, dtype: KeyDtype): boolean => {
  if (native === EMPTY || (dtype === 'STRING' && isCsv(native))) return true;
  const own = dtypeOfNative(native);
  return own === dtype || (dtype === 'INT64' && /^(DOUBLE|FLOAT)$/.test(plainNative(native)));
};

export const hasZone = (native: string): boolean =>
  native === EMPTY || plainNative(native) === 'TIMESTAMP WITH TIME ZONE';
