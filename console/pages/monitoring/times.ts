const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As many days as are looked at, and held against the days before them. */
export const DAYS = 7;

export interface Times {
  readonly from: string;
  readonly to: string;
  readonly reference: { readonly from: string; readonly to: string };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Whole UTC days: the last ones to the end of `end`’s day, and as many before them as the reference. */
export function timesTo(end: string, days = DAYS): Times {
  const to = Math.floor(Date.parse(end) / DAY_MS) * DAY_MS + DAY_MS;
  const from = to - days * DAY_MS;
  return { from: iso(from), to: iso(to), reference: { from: iso(from - days * DAY_MS), to: iso(from) } };
}

export const dayOf = (at: string | number): string => new Date(at).toISOString().slice(5, 10);
export const nextDay = (at: string): string => iso(Date.parse(at) + DAY_MS);
export const daysLater = (day: string, days: number): string => iso(Date.parse(day) + days * DAY_MS).slice(0, 10);
