import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import type { PrimaryUnits } from '../../domain/experiment/primary.ts';
import type { DaySum, DaySums } from './day-sum.ts';
import { firstSums, metricDays, type AnswersOfRevision } from '../metric/metric-sum.ts';

/**
 * What the units of one revision say by its primary metric, from the sums of its days. The planned ones are, of each arm's units
 * with a value, the first of `size` by exposure.
 */
export async function primaryUnits(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
  size: Readonly<Record<string, number>>,
): Promise<PrimaryUnits> {
  const parts = await metricDays(days, of, metric);
  const all: Record<string, CoMoments> = {};
  const planned: Record<string, CoMoments> = {};
  for (const [arm, units] of Object.entries(size)) {
    all[arm] = parts.reduce((sum, { sums }) => mergeCoMoments(sum, sums[arm] ?? NO_COMOMENTS), NO_COMOMENTS);
    planned[arm] = await firstOf(days, of, metric, { arm, units, parts });
  }
  return { all, planned, byDay: parts.map(({ day, sums }) => ({ day, arms: sums })) };
}

interface First {
  readonly arm: string;
  readonly units: number;
  readonly parts: readonly DaySum<Readonly<Record<string, CoMoments>>>[];
}

/** Whole days are known by their sums; only of the day in which the plan is filled its units are looked at. */
async function firstOf(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
  { arm, units, parts }: First,
): Promise<CoMoments> {
  let sum = NO_COMOMENTS;
  for (const { day, sums } of parts) {
    const own = sums[arm] ?? NO_COMOMENTS;
    const rest = units - sum.n;
    if (own.n > rest) {
      return rest === 0 ? sum : mergeCoMoments(sum, await firstSums(days, of, metric, { arm, day, units: rest }));
    }
    sum = mergeCoMoments(sum, own);
  }
  return sum;
}
