import type { FeatureDtype, FeatureValue } from '../codec/layout.ts';

export const WINDOW_FUNCTIONS = ['COUNT', 'SUM', 'MEAN', 'STDDEV', 'MIN', 'MAX', 'FIRST', 'LAST', 'DISTINCT'] as const;
export type WindowFunction = (typeof WINDOW_FUNCTIONS)[number];

/** What a window reads of each event, by its place among the event's values. */
export interface WindowColumn {
  readonly index: number;
  readonly dtype: FeatureDtype;
}

/** Which events a window counts: those of some categories, those of some hours of the day, or both. */
export interface WindowFilter {
  readonly category: { readonly index: number; readonly oneOf: readonly FeatureValue[] } | null;
  /** Hours of the day, 0 to 23, on a clock that is `offsetMinutes` ahead of UTC. */
  readonly hours: { readonly oneOf: readonly number[]; readonly offsetMinutes: number } | null;
}

/** A function over the events of [tail, at). */
export interface Window {
  readonly function: WindowFunction;
  readonly windowMs: number;
  readonly hopMs: number;
  /** Null for a COUNT of the events themselves. Values that are null count nowhere else. */
  readonly column: WindowColumn | null;
  readonly where: WindowFilter | null;
}

/** Where an event stands among others: in time, then by when it was written, then by its place in the log. */
export interface EventOrder {
  readonly eventMs: number;
  /** Not before the event. */
  readonly writtenMs: number;
  readonly seq: number;
  readonly ordinal: number;
}

/** One event of an entity, or what it was corrected to. */
export interface WindowEvent extends EventOrder {
  /** Events of one id are versions of each other; null where events carry none. */
  readonly id: string | null;
  /** Takes the event of this id back. */
  readonly retracted: boolean;
  readonly values: readonly FeatureValue[];
}

/** Below 0 where `a` was written before `b`. */
export const compareVersions = (a: EventOrder, b: EventOrder): number =>
  a.writtenMs - b.writtenMs || a.seq - b.seq || a.ordinal - b.ordinal;

/** Below 0 where `a` comes before `b`. */
export const compareEvents = (a: EventOrder, b: EventOrder): number => a.eventMs - b.eventMs || compareVersions(a, b);

const HOUR_MS = 3_600_000;

const hourOf = (ms: number, offsetMinutes: number): number => {
  const hour = Math.floor((ms + offsetMinutes * 60_000) / HOUR_MS) % 24;
  return hour < 0 ? hour + 24 : hour;
};

/** Whether a window with this filter counts the event. */
export function matches(where: WindowFilter | null, { eventMs, values }: WindowEvent): boolean {
  if (!where) return true;
  const { category, hours } = where;
  if (category && !category.oneOf.includes(values[category.index] ?? null)) return false;
  return !hours || hours.oneOf.includes(hourOf(eventMs, hours.offsetMinutes));
}
