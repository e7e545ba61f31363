import type { CoMoments } from '../../../../core/statistics/comoments.ts';
import { NO_COMOMENTS } from '../../../../core/statistics/comoments.ts';
import type { MetricUse } from '../metric/metric.ts';

/** What the units of one arm say of one metric: x is the denominator and y the numerator of a unit. */
export interface ArmSums {
  readonly sums: CoMoments;
  /** Of a QUANTILE: its value over the answers of the arm; null of other metrics, and without answers. */
  readonly quantile: number | null;
}

/** By metric, then by arm. */
export type Measured = ReadonlyMap<string, Readonly<Record<string, ArmSums>>>;

export const metricKey = ({ name, revision }: Pick<MetricUse, 'name' | 'revision'>): string => `${name}@${revision}`;

const NOTHING: ArmSums = { sums: NO_COMOMENTS, quantile: null };

export const sumsOf = (measured: Measured, metric: MetricUse, arm: string): ArmSums =>
  measured.get(metricKey(metric))?.[arm] ?? NOTHING;
