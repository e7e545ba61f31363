import { metricKey, type ArmSums, type Measured } from '../../domain/experiment/measured.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import type { DaySums } from '../../storage/experiment/day-sum.ts';
import { quantiles } from '../../storage/metric/metric-sketch.ts';
import type { MeasuredUnits } from '../../storage/metric/metric-sum.ts';
import type { AnswersOfRevision } from '../../storage/metric/unit-values.ts';

/** What the arms say of each metric: the sums of their units and, of a QUANTILE, its value. */
export async function measuredOf(
  days: DaySums,
  of: AnswersOfRevision,
  units: MeasuredUnits,
  metrics: readonly MetricUse[],
): Promise<Measured> {
  const measured = new Map<string, Readonly<Record<string, ArmSums>>>();
  for (const metric of metrics) {
    const values = metric.definition.kind === 'QUANTILE' ? await quantiles(days, of, metric) : {};
    const arms = Object.entries(units.all(metric));
    const own = arms.map(([arm, sums]): [string, ArmSums] => [arm, { sums, quantile: values[arm] ?? null }]);
    measured.set(metricKey(metric), Object.fromEntries(own));
  }
  return measured;
}
