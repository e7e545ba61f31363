import { isStorableText } from '../../../../core/storable-text.ts';
import type { Rejection } from './rejection.ts';
import type { Trust } from '../trust.ts';

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

/** Longest text that may become a key of a row. */
const MAX_KEY_LENGTH = 512;

/** When a record may have happened, seen from when it arrives. */
export interface AcceptedTimes {
  readonly now: Date;
  /** How far back a device may reach; an enrolled node may replay any day that is kept. */
  readonly deviceMaxAgeDays: number;
  /** For how many days records are kept; 0: for ever. */
  readonly retentionDays: number;
}

const midnightOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/** The first instant of the days that are kept: 1970 where all of them are. */
export const keptSince = (now: Date, retentionDays: number): Date =>
  new Date(retentionDays === 0 ? 0 : midnightOf(now.getTime()) - retentionDays * DAY_MS);

const idOf = (raw: unknown, position: number): string => {
  const id = typeof raw === 'object' && raw !== null ? (raw as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id.length <= MAX_KEY_LENGTH ? id : `#${position}`;
};

/** Postgres holds neither NUL nor half a surrogate pair, in text or in JSON. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.keys(value).every((key) => isStorable(key) && isStorable((value as Record<string, unknown>)[key]));
}

/** Why the store could not keep these fields, or null. */
export const unstorable = (record: object): string | null => tooLong(record) ?? unstorableText(record);

function tooLong(record: object): string | null {
  const long = Object.entries(record).find(([, value]) => typeof value === 'string' && value.length > MAX_KEY_LENGTH);
  return long ? `${long[0]} is longer than ${MAX_KEY_LENGTH} characters` : null;
}

const unstorableText = (record: object): string | null =>
  isStorable(record) ? null : 'a text holds U+0000 or half of a surrogate pair, which the store cannot keep';

export interface RecordRules {
  /** What a record that bears a time ahead of its arrival becomes. */
  readonly ahead: 'PLACED' | 'REFUSED' | 'KEPT';
  /** Whether it is known that the store can keep all texts of the batch; else those of each record are looked at. */
  readonly textsAreStorable: boolean;
}

interface Dated {
  readonly id: string;
  readonly occurredAt: string;
  readonly nodeTime?: string | undefined;
}

function problemOf(
  record: Dated,
  trust: Trust,
  times: AcceptedTimes,
  { ahead, textsAreStorable }: RecordRules,
): Omit<Rejection, 'id'> | null {
  const message = tooLong(record) ?? (textsAreStorable ? null : unstorableText(record));
  if (message !== null) return { code: 'INVALID_INPUT', message };
  const at = Date.parse(record.occurredAt);
  const kept = keptSince(times.now, times.retentionDays).getTime();
  const device = times.now.getTime() - times.deviceMaxAgeDays * DAY_MS;
  const earliest = trust === 'device' ? Math.max(kept, device) : kept;
  const latest = times.now.getTime() + DAY_MS;
  if (at >= earliest && (at <= latest || ahead !== 'REFUSED')) return null;
  const allowed = `${new Date(earliest).toISOString()} to ${new Date(latest).toISOString()}`;
  return { code: 'OUT_OF_RANGE', message: `occurredAt: ${record.occurredAt} is out of range; allowed: ${allowed}` };
}

/**
 * Nothing happens after its record has arrived: a time more than a day ahead is that of a wrong clock. The record is
 * placed at its arrival, and what it said is kept as the node's time.
 */
function placed<T extends Dated>(record: T, { now }: AcceptedTimes): T {
  if (Date.parse(record.occurredAt) <= now.getTime() + DAY_MS) return record;
  return { ...record, occurredAt: now.toISOString(), nodeTime: record.nodeTime ?? record.occurredAt };
}

/**
 * Checks the records of a batch one by one, so that one bad record costs only itself. Repeated ids count once. Before
 * each of them `pass` may let others have their turn.
 */
export async function readRecords<T extends Dated>(
  schema: RecordSchema<T>,
  raw: readonly unknown[],
  trust: Trust,
  times: AcceptedTimes,
  { pass, ...rules }: RecordRules & { readonly pass: () => Promise<void> },
): Promise<{ readonly valid: readonly T[]; readonly rejected: readonly Rejection[] }> {
  const valid = new Map<string, T>();
  const rejected: Rejection[] = [];
  for (const [position, value] of raw.entries()) {
    await pass();
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `${issue?.path.map(String).join('.') || 'record'}: ${issue?.message ?? 'not valid'}`;
      rejected.push({ id: idOf(value, position), code: 'INVALID_INPUT', message });
      continue;
    }
    const problem = problemOf(parsed.data, trust, times, rules);
    if (problem) rejected.push({ id: parsed.data.id, ...problem });
    else if (!valid.has(parsed.data.id)) {
      valid.set(parsed.data.id, rules.ahead === 'PLACED' ? placed(parsed.data, times) : parsed.data);
    }
  }
  return { valid: [...valid.values()], rejected };
}
