import type { Labels } from '../../../../core/promql/labels.ts';
import { SHORT_SECONDS } from './grid.ts';
import { reading, type Indicator, type Reading } from './indicator.ts';

/** The answers of one release in one arm in one window. */
export interface Traffic {
  readonly release: string;
  /** Empty outside an allocation. */
  readonly arm: string;
  readonly answers: number;
  /** Answers for which a model failed. */
  readonly failed: number;
  readonly fallbacks: Readonly<Record<string, number>>;
  readonly latency: { readonly mean: number; readonly quantiles: readonly number[] } | null;
}

export const LATENCY_QUANTILES = [0.5, 0.95, 0.99] as const;

const labels = ['endpoint', 'environment', 'model_version', 'arm'];
const windows = [SHORT_SECONDS];

export const TRAFFIC_INDICATORS: readonly Indicator[] = [
  { name: 'prediction_count', labels, windows, unit: 'answers', description: 'Stored answers in the window.' },
  { name: 'prediction_rate', labels, windows, unit: 'answers per second', description: 'Stored answers per second.' },
  {
    name: 'prediction_latency_ms',
    labels: [...labels, 'quantile'],
    windows,
    unit: 'milliseconds',
    description: 'How long answers took, whole: quantile 0.5, 0.95 and 0.99.',
  },
  {
    name: 'prediction_latency_mean_ms',
    labels,
    windows,
    unit: 'milliseconds',
    description: 'How long answers took on average.',
  },
  {
    name: 'prediction_error_rate',
    labels,
    windows,
    unit: 'share',
    description: 'Share of answers for which a model failed or was not admitted.',
  },
  {
    name: 'prediction_fallback_rate',
    labels: [...labels, 'cause'],
    windows,
    unit: 'share',
    description: 'Share of answers that a fallback gave, by cause; a series without a cause has all of them.',
  },
];

/** What the answers of one release and arm show. */
export function trafficReadings(base: Labels, { arm, answers, failed, fallbacks, latency }: Traffic): Reading[] {
  const own = arm === '' ? base : { ...base, arm };
  const all = Object.values(fallbacks).reduce((sum, count) => sum + count, 0);
  return [
    ...reading('prediction_count', own, answers),
    ...reading('prediction_rate', own, answers / SHORT_SECONDS),
    ...LATENCY_QUANTILES.flatMap((quantile, i) =>
      reading('prediction_latency_ms', { ...own, quantile: String(quantile) }, latency?.quantiles[i]),
    ),
    ...reading('prediction_latency_mean_ms', own, latency?.mean),
    ...reading('prediction_error_rate', own, failed / answers),
    ...reading('prediction_fallback_rate', own, all / answers),
    ...Object.entries(fallbacks).flatMap(([cause, count]) =>
      reading('prediction_fallback_rate', { ...own, cause }, count / answers),
    ),
  ];
}
