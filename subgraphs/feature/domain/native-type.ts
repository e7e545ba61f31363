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

export const dtypeOfNative = (native: string): Dtype | null =>
  DTYPES.find(([pattern]) => pattern.test(native))?.[1] ?? null;

/** Whether keys can be read from it: whole numbers also from doubles, as pandas writes them; a load checks each. */
export const holdsKeys = (native: string, dtype: KeyDtype): boolean => {
  const own = dtypeOfNative(native);
  return own === dtype || (dtype === 'INT64' && (native === 'DOUBLE' || native === 'FLOAT'));
};

export const hasZone = (native: string): boolean => native === 'TIMESTAMP WITH TIME ZONE';
