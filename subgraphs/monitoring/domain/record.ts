import { isStorableText } from '../../../core/storable-text.ts';
import { MOST_KEY_CHARACTERS } from '../../../schema/telemetry.ts';
import type { Rejection } from './rejection.ts';
import type { Trust } from './trust.ts';

/** What checks one record: a schema of `schema/telemetry.ts`. */
export interface RecordSchema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const DAY_MS = 86_400_000;

/** When a record may have happened, seen from when it arrives. */
export interface AcceptedTimes {
  readonly now: Date;
  /** How far back a device may reach; an enrolled node may replay any day since 1970. */
  readonly deviceMaxAgeDays: number;
}

const idOf = (raw: unknown, position: number): string => {
  const id = typeof raw === 'object' && raw !== null ? (raw as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id.length <= MOST_KEY_CHARACTERS ? id : `#${position}`;
};

/** The ids that were not sent in lower case, as they were sent, by the form in which they are kept. */
export const sentIds = (raw: readonly unknown[]): ReadonlyMap<string, string> =>
  new Map(
    raw.flatMap((record) => {
      const id = typeof record === 'object' && record !== null && 'id' in record ? record.id : undefined;
      return typeof id === 'string' && id !== id.toLowerCase() ? [[id.toLowerCase(), id] as const] : [];
    }),
  );

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.keys(value).every((key) => isStorable(key) && isStorable((value as Record<string, unknown>)[key]));
}

/** Why the store could not keep these fields, or null. */
export function unstorable(record: object): string | null {
  const long = Object.entries(record).find(
    ([, value]) => typeof value === 'string' && value.length > MOST_KEY_CHARACTERS,
  );
  if (long) return `${long[0]} is longer than ${MOST_KEY_CHARACTERS} characters`;
  if (isStorable(record)) return null;
  return 'a text holds U+0000 or half of a surrogate pair, which the store cannot keep';
}

function problemOf(record: { occurredAt: string }, trust: Trust, times: AcceptedTimes): Omit<Rejection, 'id'> | null {
  const message = unstorable(record);
  if (message !== null) return { code: 'INVALID_INPUT', message };
  const at = Date.parse(record.occurredAt);
  const earliest = trust === 'device' ? times.now.getTime() - times.deviceMaxAgeDays * DAY_MS : 0;
  const latest = times.now.getTime() + DAY_MS;
  if (at >= earliest && at <= latest) return null;
  const allowed = `${new Date(earliest).toISOString()} to ${new Date(latest).toISOString()}`;
  return { code: 'OUT_OF_RANGE', message: `occurredAt is ${record.occurredAt}; allowed: ${allowed}` };
}

/**
 * Checks the records of a batch one by one, so that one bad record costs only itself. Repeated ids count once. What an
 * enrolled node says will happen later was written by a clock that is ahead: `whenAhead` gives it another time.
 */
export function readRecords<T extends { id: string; occurredAt: string }>(
  schema: RecordSchema<T>,
  raw: readonly unknown[],
  trust: Trust,
  times: AcceptedTimes,
  whenAhead: (record: T) => T = (record) => record,
): { readonly valid: readonly T[]; readonly rejected: readonly Rejection[] } {
  const valid = new Map<string, T>();
  const rejected: Rejection[] = [];
  for (const [position, value] of raw.entries()) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `${issue?.path.map(String).join('.') || 'record'}: ${issue?.message ?? 'not valid'}`;
      rejected.push({ id: idOf(value, position), code: 'INVALID_INPUT', message });
      continue;
    }
    const isAhead = trust === 'server' && Date.parse(parsed.data.occurredAt) > times.now.getTime() + DAY_MS;
    const record = isAhead ? whenAhead(parsed.data) : parsed.data;
    const problem = problemOf(record, trust, times);
    if (problem) rejected.push({ id: record.id, ...problem });
    else if (!valid.has(record.id)) valid.set(record.id, record);
  }
  return { valid: [...valid.values()], rejected };
}
