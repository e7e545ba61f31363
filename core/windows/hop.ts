const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The hop of a window of this length, as Chronon has it: 5 minutes below 12 hours, an hour below 12 days, else a day. */
export function hopOf(windowMs: number): number {
  if (windowMs < 12 * HOUR_MS) return 5 * MINUTE_MS;
  return windowMs < 12 * DAY_MS ? HOUR_MS : DAY_MS;
}

export const floorTo = (ms: number, hopMs: number): number => Math.floor(ms / hopMs) * hopMs;

/** Where the window [tail, at) begins: the tail lies on a hop, so the window is up to one hop longer than its length. */
export const tailOf = (atMs: number, windowMs: number, hopMs: number): number => floorTo(atMs - windowMs, hopMs);
