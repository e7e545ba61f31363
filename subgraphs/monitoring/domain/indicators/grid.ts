import type { TimeWindow } from '../time-window.ts';

/** What goes by minutes: traffic. It is also how often a series has a sample, so that PromQL always sees the newest. */
export const SHORT_SECONDS = 300;
export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;
/** Lengths of the windows that records are measured in; each divides the next, and all begin at 1970. */
export const GRID_SECONDS = [SHORT_SECONDS, HOUR_SECONDS, DAY_SECONDS] as const;

const DAY_MS = DAY_SECONDS * 1_000;
/** How many whole UTC days before that of a window it is held against. */
export const REFERENCE_DAYS = 7;

/** The start of the window of such a length that an instant lies in. */
export const startOf = (at: Date, seconds: number): Date =>
  new Date(Math.floor(at.getTime() / (seconds * 1_000)) * seconds * 1_000);

export const windowFrom = (start: Date, seconds: number): TimeWindow => ({
  from: start,
  to: new Date(start.getTime() + seconds * 1_000),
});

/** When a window's numbers stand: from its end until the next of its length ends, every five minutes. */
export function instantsOf({ from, to }: TimeWindow): readonly Date[] {
  const count = (to.getTime() - from.getTime()) / (SHORT_SECONDS * 1_000);
  return Array.from({ length: count }, (_, i) => new Date(to.getTime() + i * SHORT_SECONDS * 1_000));
}

/** The week before a window's day: every window of a day is held against the same. */
export function referenceOf({ from }: TimeWindow): TimeWindow {
  const day = startOf(from, DAY_SECONDS).getTime();
  return { from: new Date(day - REFERENCE_DAYS * DAY_MS), to: new Date(day) };
}

/** How a window's length is said in a label. */
export const lengthLabel = (seconds: number): string =>
  seconds >= DAY_SECONDS ? `${seconds / DAY_SECONDS}d` : `${seconds / HOUR_SECONDS}h`;
