import type { Interval } from '../../../../core/statistics/interval.ts';
import { relativeMeanTest, welchTest } from '../../../../core/statistics/means.ts';
import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { ratioMoments } from '../../../../core/statistics/ratio-metric.ts';
import { sumsOf, type Measured } from './measured.ts';
import type { SegmentComparison } from './segments.ts';
import type { MetricUse } from '../metric/metric.ts';

/** One secondary metric of one arm against the control. */
export interface SecondaryComparison {
  readonly metric: MetricUse;
  readonly arm: string;
  readonly control: number | null;
  readonly value: number | null;
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly relativeLift: number | null;
  readonly p: number;
  /** Over all secondary metrics and arms: the share of false alarms among those below alpha is at most alpha (Benjamini–Hochberg). */
  readonly pAdjusted: number;
  /** The direction is the metric's own; null where none is shown. */
  readonly better: boolean | null;
}

/** The same, and how it stands within the values of segments. */
export interface SecondaryInSegments extends SecondaryComparison {
  readonly segments: readonly SegmentComparison[];
}

/** Puts what was found within segments, by metric, beside what was found over all units. */
export const withSegments = (
  found: readonly SecondaryComparison[],
  metrics: readonly MetricUse[],
  bySegment: readonly (readonly SegmentComparison[])[],
): readonly SecondaryInSegments[] =>
  found.map((one) => ({
    ...one,
    segments: (bySegment[metrics.indexOf(one.metric)] ?? []).filter(({ arm }) => arm === one.arm),
  }));

/** Welch's test of units for each metric and arm, corrected for all of them together. The first of the arms is the control. */
export function compareSecondary(
  metrics: readonly MetricUse[],
  arms: readonly string[],
  measured: Measured,
  alpha: number,
): readonly SecondaryComparison[] {
  const [control = '', ...candidates] = arms;
  const raw = metrics.flatMap((metric) => candidates.map((arm) => compare(metric, { control, arm }, measured, alpha)));
  const adjusted = adjustPValues(
    raw.map(({ p }) => p),
    'benjaminiHochberg',
  );
  return raw.map((one, i) => {
    const pAdjusted = adjusted[i] ?? 1;
    const better =
      pAdjusted < alpha && one.difference !== null ? one.difference > 0 === one.metric.definition.higherIsBetter : null;
    return { ...one, pAdjusted, better };
  });
}

function compare(
  metric: MetricUse,
  { control, arm }: { readonly control: string; readonly arm: string },
  measured: Measured,
  alpha: number,
) {
  const kept = ratioMoments(sumsOf(measured, metric, control).sums);
  const tried = ratioMoments(sumsOf(measured, metric, arm).sums);
  const means = { metric, arm, control: kept?.mean ?? null, value: tried?.mean ?? null };
  if (!kept || !tried) return { ...means, difference: null, interval: null, relativeLift: null, p: 1 };
  const { difference, interval, pTwoSided: p } = welchTest(kept, tried, 1 - alpha);
  return { ...means, difference, interval, relativeLift: relativeMeanTest(kept, tried).difference, p };
}
