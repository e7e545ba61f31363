import { emptySketch, mergeSketches, sketchQuantile, type DdSketch } from '../../../../core/sketch/ddsketch.ts';
import { metricKey } from '../../domain/experiment/measured.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import type { DaySum, DaySums, SumDays } from '../experiment/day-sum.ts';
import type { ByArm } from './metric-sum.ts';
import { singleValuesSql } from './single-values.ts';
import { binding, type Bind } from './unit-sums.ts';
import type { AnswersOfRevision } from './unit-values.ts';

/** How far a quantile may be from the value of its rank, as a share of it. */
export const ACCURACY = 0.005;
const LN_GAMMA = Math.log((1 + ACCURACY) / (1 - ACCURACY));

/** Sign, bin and count. */
export type Bins = readonly (readonly [number, number, number])[];

/** The value of a QUANTILE over the answers of each arm. */
export async function quantiles(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
): Promise<ByArm<number | null>> {
  const sketches = await sketchDays(days, of, metric);
  const q = metric.definition.quantile ?? 0;
  return Object.fromEntries(Object.entries(sketches).map(([arm, sketch]) => [arm, sketchQuantile(sketch, q)]));
}

export const daysOfBins = (
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
): Promise<readonly DaySum<ByArm<Bins>>[]> =>
  days.read<ByArm<Bins>>(`sketch ${metricKey(metric)}`, {}, binDays(of, metric));

/** The answers of each arm as a sketch, merged from its days. */
async function sketchDays(days: DaySums, of: AnswersOfRevision, metric: MetricUse): Promise<ByArm<DdSketch>> {
  const parts = await daysOfBins(days, of, metric);
  const merged: Record<string, DdSketch> = {};
  for (const { sums } of parts) {
    for (const [arm, bins] of Object.entries(sums)) {
      merged[arm] = mergeSketches(merged[arm] ?? emptySketch(ACCURACY), sketchOf(bins));
    }
  }
  return merged;
}

export function sketchOf(bins: Bins): DdSketch {
  const of = (wanted: number): Map<number, number> =>
    new Map(bins.filter(([sign]) => sign === wanted).map(([, bin, count]) => [bin, count]));
  return { relativeAccuracy: ACCURACY, positive: of(1), negative: of(-1), zeros: of(0).get(0) ?? 0 };
}

const binDays =
  (of: AnswersOfRevision, { definition }: MetricUse): SumDays<ByArm<Bins>> =>
  async (client, { days, few }) => {
    const values: unknown[] = [of.project, of.experiment, of.revision, of.trust, days, of.holder];
    const bind = binding(values);
    const { rows } = await client.query<{ readonly day: string; readonly arm: string; readonly bins: Bins }>(
      `with ${singleValuesSql(of, definition, few, bind)}, ${binnedSql(['day', 'arm'], bind)}
       select day::text as day, arm, ${BINS} from binned group by day, arm`,
      values,
    );
    return byDay(rows, ({ bins }) => bins);
  };

/** Values of `single`, counted by bin. */
export const binnedSql = (by: readonly string[], bind: Bind, from = 'single'): string => `binned as (
    select ${by.map((column) => `${column}, `).join('')}sign(v)::int as sign,
      case when v = 0 then 0 else ceil(ln(abs(v)) / ${bind(LN_GAMMA)})::int end as bin, count(*) as count
    from ${from} group by ${[...by, 'sign', 'bin'].join(', ')}
  )`;

export const BINS = 'json_agg(json_build_array(sign, bin, count)) as bins';

export function byDay<Row extends { readonly day: string; readonly arm: string }, T>(
  rows: readonly Row[],
  valueOf: (row: Row) => T,
): ReadonlyMap<string, ByArm<T>> {
  const days = Map.groupBy(rows, ({ day }) => day);
  return new Map([...days].map(([day, own]) => [day, Object.fromEntries(own.map((row) => [row.arm, valueOf(row)]))]));
}
