import { noEvidence, together, unitsIn, type Evidence } from '../../domain/experiment/evidence.ts';
import type { PrimaryUnits } from '../../domain/experiment/primary.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import type { DaySum, DaySums } from './day-sum.ts';
import { quantileSource } from './quantile-units.ts';
import { firstSums, type MeasuredUnits } from '../metric/metric-sum.ts';
import type { AnswersOfRevision } from '../metric/unit-values.ts';

/** How the units of one revision are read: by day and arm, and the first ones of an arm on one day. */
export interface PrimarySource {
  readonly days: () => Promise<readonly DaySum<Readonly<Record<string, Evidence>>>[]>;
  readonly first: (of: { readonly arm: string; readonly day: string; readonly units: number }) => Promise<Evidence>;
  readonly none: Evidence;
}

/** By the values of a metric, as they are. */
export const metricSource = (
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
  measured: MeasuredUnits,
): PrimarySource =>
  metric.definition.kind === 'QUANTILE'
    ? quantileSource(days, of, metric)
    : {
        days: async () => measured.days(metric),
        first: (first) => firstSums(days, of, metric, first),
        none: noEvidence(true),
      };

/**
 * What the units of one revision say, from the sums of its days. The planned ones are, of each arm's units
 * with a value, the first of `size` by exposure.
 */
export async function primaryUnits(
  source: PrimarySource,
  size: Readonly<Record<string, number>>,
): Promise<PrimaryUnits> {
  const parts = await source.days();
  const all: Record<string, Evidence> = {};
  const planned: Record<string, Evidence> = {};
  for (const [arm, units] of Object.entries(size)) {
    all[arm] = parts.reduce((sum, { sums }) => together(sum, sums[arm] ?? source.none), source.none);
    planned[arm] = await firstOf(source, { arm, units, parts });
  }
  return { all, planned, byDay: parts.map(({ day, sums }) => ({ day, arms: sums })) };
}

interface First {
  readonly arm: string;
  readonly units: number;
  readonly parts: readonly DaySum<Readonly<Record<string, Evidence>>>[];
}

/** Whole days are known by their sums; only of the day in which the plan is filled its units are looked at. */
async function firstOf(source: PrimarySource, { arm, units, parts }: First): Promise<Evidence> {
  let sum = source.none;
  for (const { day, sums } of parts) {
    const own = sums[arm] ?? source.none;
    const rest = units - unitsIn(sum);
    if (unitsIn(own) > rest) {
      return rest === 0 ? sum : together(sum, await source.first({ arm, day, units: rest }));
    }
    sum = together(sum, own);
  }
  return sum;
}
