import { int64Of, isText } from '../../../core/codec/address.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import { Instant, type Dtype } from '../../../schema/common.ts';

const MAX_TEXT_LENGTH = 65_536;

const READERS: Readonly<Record<Dtype, (json: unknown) => FeatureValue | undefined>> = {
  FLOAT64: (json) => (typeof json === 'number' && Number.isFinite(json) ? json : undefined),
  INT64: int64Of,
  BOOL: (json) => (typeof json === 'boolean' ? json : undefined),
  STRING: (json) => (isText(json) && json.length <= MAX_TEXT_LENGTH ? json : undefined),
  TIMESTAMP: instantMsOf,
};

/** `undefined` where the JSON value is not one of this type; `null` is a value of every type. */
export const valueOf = (dtype: Dtype, json: unknown): FeatureValue | undefined =>
  json === null ? null : READERS[dtype](json);

/** Whole milliseconds of an RFC 3339 text with a zone, or of a number that is already that. */
export function instantMsOf(json: unknown): number | undefined {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json : undefined;
  if (typeof json !== 'string' || !Instant.safeParse(json).success) return undefined;
  const ms = Date.parse(json);
  return Number.isNaN(ms) ? undefined : ms;
}

/** How each type is written in a request, for messages. */
export const WRITTEN_AS: Readonly<Record<Dtype, string>> = {
  FLOAT64: 'a finite number',
  INT64: 'a whole number, as text beyond 2^53',
  BOOL: 'true or false',
  STRING: 'text of at most 65536 characters',
  TIMESTAMP: 'an instant with its zone ("2026-01-31T10:00:00Z") or milliseconds since 1970',
};
