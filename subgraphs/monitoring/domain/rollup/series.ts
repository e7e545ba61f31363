import { DomainError } from '../../../../core/errors.ts';
import { DAY_SECONDS, startOf } from '../indicators/grid.ts';
import type { TimeWindow } from '../time-window.ts';
import { HOUR_SECONDS, MINUTE_SECONDS } from './rollup.ts';

export const RESOLUTIONS = ['MINUTE', 'HOUR', 'DAY'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export const SECONDS_OF: Readonly<Record<Resolution, number>> = {
  MINUTE: MINUTE_SECONDS,
  HOUR: HOUR_SECONDS,
  DAY: DAY_SECONDS,
};

/** Points of one series that are given at once. */
export const MOST_POINTS = 1_500;
const DAY_MS = DAY_SECONDS * 1_000;
const MINUTES_FIT_MS = DAY_MS / 4;
const HOURS_FIT_MS = 14 * DAY_MS;

/** The finest resolution that a chart can show of such a time, of which there still are rollups. */
export function resolutionOf({ from, to }: TimeWindow, minutesSince: Date | null): Resolution {
  const length = to.getTime() - from.getTime();
  if (length <= MINUTES_FIT_MS && (minutesSince === null || from >= minutesSince)) return 'MINUTE';
  return length <= HOURS_FIT_MS ? 'HOUR' : 'DAY';
}

/**
 * The window in whole steps: the first and the last are taken whole. Throws LIMIT_EXCEEDED beyond the points of a series,
 * INVALID_INPUT for minutes that are no longer kept.
 */
export function wholeSteps(window: TimeWindow, resolution: Resolution, minutesSince: Date | null): TimeWindow {
  const seconds = SECONDS_OF[resolution];
  const from = startOf(window.from, seconds);
  const last = startOf(new Date(window.to.getTime() - 1), seconds);
  const to = new Date(last.getTime() + seconds * 1_000);
  const points = (to.getTime() - from.getTime()) / (seconds * 1_000);
  if (points > MOST_POINTS) {
    throw new DomainError(
      'LIMIT_EXCEEDED',
      `resolution: this asks for ${points} points; at most ${MOST_POINTS} are given at once`,
      { field: 'resolution', limit: MOST_POINTS },
    );
  }
  if (resolution === 'MINUTE' && minutesSince !== null && from < minutesSince) {
    throw new DomainError(
      'INVALID_INPUT',
      `resolution: minutes are kept since ${minutesSince.toISOString()}; allowed before: HOUR, DAY`,
      { field: 'resolution', allowed: ['HOUR', 'DAY'] },
    );
  }
  return { from, to };
}

/** The first start of a step at an instant or after it. */
const firstStartFrom = (at: Date, seconds: number): Date =>
  startOf(new Date(at.getTime() + seconds * 1_000 - 1), seconds);

/** Where a window is cut to be counted: record by record, by minute, by hour, by minute, record by record. None is before the one before it. */
export interface WindowCuts {
  readonly minutesFrom: Date;
  readonly hoursFrom: Date;
  readonly hoursTo: Date;
  readonly minutesTo: Date;
}

/** Cuts at whole minutes and hours, so that rollups hold all of each step; before `minutesSince` at hours alone. */
export function cutsOf({ from, to }: TimeWindow, minutesSince: Date | null): WindowCuts {
  const stepAt = (at: Date): number => (minutesSince !== null && at < minutesSince ? HOUR_SECONDS : MINUTE_SECONDS);
  const minutesFrom = firstStartFrom(from, stepAt(from));
  const minutesTo = startOf(to, stepAt(startOf(to, MINUTE_SECONDS)));
  if (minutesFrom >= minutesTo) return { minutesFrom: to, hoursFrom: to, hoursTo: to, minutesTo: to };
  const [hoursFrom, hoursTo] = [firstStartFrom(minutesFrom, HOUR_SECONDS), startOf(minutesTo, HOUR_SECONDS)];
  return hoursFrom < hoursTo
    ? { minutesFrom, hoursFrom, hoursTo, minutesTo }
    : { minutesFrom, hoursFrom: minutesTo, hoursTo: minutesTo, minutesTo };
}
