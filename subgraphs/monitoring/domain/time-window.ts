import { DomainError } from '../../../core/errors.ts';

/** From (included) to (not included). */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;

/** Throws INVALID_INPUT unless the window has a length, of at most `maxDays`. */
export function checkWindow(field: string, { from, to }: TimeWindow, maxDays = 3_660): void {
  const lengthMs = to.getTime() - from.getTime();
  if (lengthMs > 0 && lengthMs <= maxDays * DAY_MS) return;
  throw new DomainError('INVALID_INPUT', `${field} must end after it begins, by at most ${maxDays} days`, { field });
}

/** The window cut into parts of `widthMs`, the last one as short as need be. Throws LIMIT_EXCEEDED beyond `limit` parts. */
export function splitWindow({ from, to }: TimeWindow, widthMs: number, limit: number): TimeWindow[] {
  const count = Math.ceil((to.getTime() - from.getTime()) / widthMs);
  if (count > limit) {
    throw new DomainError('LIMIT_EXCEEDED', `this asks for ${count} windows; at most ${limit} are given at once`, {
      field: 'windowHours',
      limit,
    });
  }
  return Array.from({ length: count }, (_, i) => {
    const start = from.getTime() + i * widthMs;
    return { from: new Date(start), to: new Date(Math.min(start + widthMs, to.getTime())) };
  });
}

/** The UTC day of an instant, `2026-03-01`: the key of a partition. */
export const utcDayOf = (at: Date): string => at.toISOString().slice(0, 10);
