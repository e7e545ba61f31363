import { DomainError } from '../../../core/errors.ts';

/** From (included) to (not included). */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;

/** Throws INVALID_INPUT unless the window has a length, of at most `maxDays`. */
export function checkedWindow(field: string, { from, to }: TimeWindow, maxDays = 3_660): TimeWindow {
  const lengthMs = to.getTime() - from.getTime();
  if (lengthMs > 0 && lengthMs <= maxDays * DAY_MS) return { from, to };
  throw new DomainError('INVALID_INPUT', `${field}: must end after it begins, by at most ${maxDays} days`, { field });
}

const HOUR_MS = 3_600_000;

/**
 * The window cut into parts of so many hours, the last one as short as need be. Throws INVALID_INPUT for less than an
 * hour, LIMIT_EXCEEDED beyond `limit` parts.
 */
export function splitWindow({ from, to }: TimeWindow, windowHours: number, limit: number): TimeWindow[] {
  if (!Number.isInteger(windowHours) || windowHours < 1) {
    throw new DomainError('INVALID_INPUT', `windowHours: ${windowHours} is out of range; allowed: 1 or more`, {
      field: 'windowHours',
    });
  }
  const widthMs = windowHours * HOUR_MS;
  const count = Math.ceil((to.getTime() - from.getTime()) / widthMs);
  if (count > limit) {
    throw new DomainError(
      'LIMIT_EXCEEDED',
      `windowHours: this asks for ${count} windows; at most ${limit} are given at once`,
      {
        field: 'windowHours',
        limit,
      },
    );
  }
  return Array.from({ length: count }, (_, i) => {
    const start = from.getTime() + i * widthMs;
    return { from: new Date(start), to: new Date(Math.min(start + widthMs, to.getTime())) };
  });
}

/** A UTC day as a caller writes it. Throws INVALID_INPUT for any other text. */
export function checkedDay(field: string, day: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && isDay(day)) return day;
  throw new DomainError('INVALID_INPUT', `${field}: "${day}" is no day; write a UTC day as 2026-03-01`, { field });
}

const isDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && utcDayOf(at) === day;
};

/** The UTC day of an instant, `2026-03-01`: the key of a partition. */
export const utcDayOf = (at: Date): string => at.toISOString().slice(0, 10);

export const dayBefore = (day: string): string => utcDayOf(new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS));

const MOST_HOURS = 24 * 366;

/** The window that ends at an instant. Throws INVALID_INPUT for no hours, or more than a year of them. */
export function hoursBefore(to: Date, hours: number): TimeWindow {
  if (hours >= 1 && hours <= MOST_HOURS) return { from: new Date(to.getTime() - hours * HOUR_MS), to };
  throw new DomainError('INVALID_INPUT', `hours: ${hours} is out of range; allowed: 1 to ${MOST_HOURS}`, {
    field: 'hours',
  });
}

/** The whole hours within a window; null where there is none. */
export function wholeHours({ from, to }: TimeWindow): TimeWindow | null {
  const first = Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS;
  const last = Math.floor(to.getTime() / HOUR_MS) * HOUR_MS;
  return first < last ? { from: new Date(first), to: new Date(last) } : null;
}

/** What is left of a window before and behind a part of it. */
export const endsAround = (whole: TimeWindow, part: TimeWindow): readonly TimeWindow[] =>
  [
    { from: whole.from, to: part.from },
    { from: part.to, to: whole.to },
  ].filter(({ from, to }) => from < to);
