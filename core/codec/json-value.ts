import type { FeatureValue } from './layout.ts';

/** What JSON can say of a value: INT64 beyond 2^53 is text, TIMESTAMP is milliseconds since 1970. */
export type JsonScalar = number | boolean | string | null;

export function jsonOf(value: FeatureValue): JsonScalar {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
