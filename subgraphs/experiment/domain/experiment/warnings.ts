import type { Novelty } from './by-day.ts';
import type { Reversal, SegmentComparison } from './segments.ts';

/** Of shares in points, of a metric in its own unit. */
const inWords =
  (isShare: boolean) =>
  (difference: number): string =>
    isShare ? `${(difference * 100).toPrecision(3)} points` : String(Number(difference.toPrecision(3)));

/** What to look at before one decides. None of it changes the recommendation. */
export function warningsOf(
  novelty: readonly Novelty[],
  reversals: readonly Reversal[],
  segments: readonly SegmentComparison[],
  isShare = true,
): readonly string[] {
  const points = inWords(isShare);
  return [
    ...reversals.map(
      ({ arm, segment, overall, within }) =>
        `${arm} differs by ${points(overall)} over all units, and by ${points(within)} within the values of ${segment} ` +
        `(Simpson's paradox): the arms got different mixes of units`,
    ),
    ...novelty
      .filter(({ changed }) => changed)
      .map(
        ({ arm, early, late, p }) =>
          `the effect of ${arm} changes with time: ${points(early)} for the units of the first half of the days, ` +
          `${points(late)} for those of the last (p = ${p.toPrecision(2)}): a novelty, or another mix of units`,
      ),
    ...segments
      .filter(({ better }) => better === false)
      .map(
        ({ arm, segment, value, difference, pAdjusted }) =>
          `${arm} is worse where ${segment}=${value}: by ${points(Math.abs(difference ?? 0))} (p = ${pAdjusted.toPrecision(2)} over all segments)`,
      ),
  ];
}
