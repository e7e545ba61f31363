import { DomainError } from '../../../../core/errors.ts';
import { METRIC_NAMES, type MetricName } from '../evaluation/metrics.ts';

/** A computed metric within bounds, both included; null: no bound on that side. */
export interface MetricCondition {
  readonly metric: MetricName;
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

export const METRIC_ORDERS = ['HIGHEST_FIRST', 'LOWEST_FIRST'] as const;
export type MetricDirection = (typeof METRIC_ORDERS)[number];

export interface MetricOrder {
  readonly metric: MetricName;
  readonly direction: MetricDirection;
}

/** Throws INVALID_INPUT for what is no metric of an evaluation, with those that are. */
export function metricName(name: string, field: string): MetricName {
  const known = METRIC_NAMES.find((one) => one === name);
  if (known) return known;
  throw new DomainError('INVALID_INPUT', `${field}: ${name} is no metric; allowed: ${METRIC_NAMES.join(', ')}`, {
    field,
    allowed: METRIC_NAMES,
  });
}

/** Throws INVALID_INPUT for an unknown metric, and for bounds between which nothing lies. */
export function metricCondition(
  given: { readonly metric: string; readonly atLeast?: number | null; readonly atMost?: number | null },
  field: string,
): MetricCondition {
  const { atLeast = null, atMost = null } = given;
  const metric = metricName(given.metric, `${field}.metric`);
  if (atLeast === null && atMost === null) {
    throw new DomainError('INVALID_INPUT', `${field}: has no bound; allowed: atLeast, atMost or both`, {
      field,
      allowed: ['atLeast', 'atMost'],
    });
  }
  if (atLeast !== null && atMost !== null && atLeast > atMost) {
    throw new DomainError('INVALID_INPUT', `${field}.atMost: ${atMost} is below atLeast; allowed: from ${atLeast}`, {
      field: `${field}.atMost`,
      allowed: { min: atLeast },
    });
  }
  return { metric, atLeast, atMost };
}
