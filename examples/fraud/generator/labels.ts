import type { Draws } from './draws.ts';

const DAY_MS = 86_400_000;

/** Frauds that nobody reports, and honest payments that are disputed: what no model can know. */
const UNREPORTED = 0.04;
const DISPUTED = 0.000_3;

/** Reports come after days; then a payment without one counts as honest. */
const MEDIAN_DAYS = 1.5;
export const MOST_LABEL_DAYS = 7;

/** What will be known of a payment, and when. */
export function labelOf(
  fraud: boolean,
  ms: number,
  draws: Draws,
): { readonly reported: boolean; readonly labelMs: number } {
  const reported = fraud ? !draws.chance(UNREPORTED) : draws.chance(DISPUTED);
  const days = reported ? Math.min(draws.around(MEDIAN_DAYS, 0.7), MOST_LABEL_DAYS) : MOST_LABEL_DAYS;
  return { reported, labelMs: Math.round(ms + days * DAY_MS) };
}
