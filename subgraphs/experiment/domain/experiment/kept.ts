import { metricKey } from './measured.ts';
import type { MetricUse } from '../metric/metric.ts';
import type { Revisable } from './revision.ts';

/** What is kept of each unit of a revision, added up over its answers: metrics of answers, and the values of segments. */
export interface Kept {
  readonly metrics: readonly MetricUse[];
  readonly segments: readonly string[];
}

export const NOTHING_KEPT: Kept = { metrics: [], segments: [] };

type Measuring = Pick<Revisable, 'guardrails' | 'secondary' | 'segments'>;

/** What one revision measures, each revision of a metric once. */
export const metricsOf = (primary: MetricUse | null, { guardrails, secondary }: Measuring): readonly MetricUse[] => [
  ...new Map(
    [...guardrails, ...secondary, ...(primary ? [primary] : [])].map((metric) => [metricKey(metric), metric]),
  ).values(),
];

/** Neither changes within a revision, so that what is kept of a unit stays what its result asks for. */
export const keptOf = (primary: MetricUse | null, revision: Measuring): Kept => ({
  metrics: metricsOf(primary, revision).filter(({ definition }) => definition.event === null),
  segments: revision.segments,
});
