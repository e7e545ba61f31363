import { DomainError } from '../errors.ts';
import type { Dtype } from '../../schema/common.ts';

/** A value to compute with: bigint for an INT64 beyond 2^53, milliseconds for a TIMESTAMP, null where there is none. */
export type Value = number | bigint | boolean | string | null;
export type Values = Record<string, Value>;

/** What JSON can hold of it, and what the log keeps. */
export type Scalar = number | boolean | string | null;

const MOST_CHARACTERS = 10_000;
const INT64_LEAST = -(2n ** 63n);
const INT64_MOST = 2n ** 63n - 1n;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

const MOST_MS = 8.64e15; // the last time that a Date holds

const TAKES: Readonly<Record<Dtype, string>> = {
  FLOAT64: 'a finite number',
  INT64: 'a whole number, as text where it is beyond 2^53',
  BOOL: 'true or false',
  STRING: `text of at most ${MOST_CHARACTERS} characters`,
  TIMESTAMP: 'a time such as 2026-01-31T12:00:00Z, or whole milliseconds since 1970',
};

/** A value of JSON as its declared type. Throws INVALID_INPUT that names the field and what it takes. */
export function valueOf(dtype: Dtype, given: unknown, field: string): Exclude<Value, null> {
  const value = converted(dtype, given);
  if (value !== undefined) return value;
  throw new DomainError('INVALID_INPUT', `${field} is ${dtype}: ${shown(given)} is not ${TAKES[dtype]}`, {
    field,
    allowed: [TAKES[dtype]],
  });
}

/** The value, or undefined where it is not of the type. */
export function converted(dtype: Dtype, given: unknown): Exclude<Value, null> | undefined {
  if (dtype === 'FLOAT64') return typeof given === 'number' && Number.isFinite(given) ? given : undefined;
  if (dtype === 'INT64') return integerOf(given);
  if (dtype === 'BOOL') return typeof given === 'boolean' ? given : undefined;
  if (dtype === 'STRING') return typeof given === 'string' && given.length <= MOST_CHARACTERS ? given : undefined;
  if (typeof given === 'number') return Number.isInteger(given) && Math.abs(given) <= MOST_MS ? given : undefined;
  const ms = typeof given === 'string' && INSTANT.test(given) && hasItsDay(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Date.parse alone takes 30 February for 2 March. */
function hasItsDay(instant: string): boolean {
  const [year = 0, month = 0, day = 0] = instant.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function integerOf(given: unknown): number | bigint | undefined {
  if (typeof given === 'number') return Number.isSafeInteger(given) ? given : undefined;
  if (typeof given !== 'string' || !/^-?\d{1,19}$/.test(given)) return undefined;
  const value = BigInt(given);
  if (value < INT64_LEAST || value > INT64_MOST) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function shown(given: unknown): string {
  const text = JSON.stringify(given) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export const scalarOf = (value: Value): Scalar => (typeof value === 'bigint' ? value.toString() : value);
