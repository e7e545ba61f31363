import type { Reasons } from '../../schema/reasons.ts';
import type { BudgetedStage } from '../recipe/budgets.ts';
import type { Answer } from '../recipe/run.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ServingDeployment } from './deployment.ts';

/** Counts an answer: its models, rules, fallback and stages. */
export function observeAnswer(
  metrics: Metrics,
  { endpoint, environment }: ServingDeployment['entry'],
  { plan, fallback, runMs, rules, models }: Answer,
  timings: Readonly<Record<string, number>>,
  over: readonly BudgetedStage[],
): void {
  const { features, total } = timings;
  for (const [i, { version, number }] of plan.models.entries()) {
    const labels = { model: version, version: number };
    const failure = models[i]?.failure;
    if (failure === undefined) metrics.count('model_infer_request_success_total', labels);
    else metrics.count('model_failed_total', { ...labels, cause: failure });
    const ms = runMs[i] ?? null;
    if (ms !== null) metrics.observe('model_infer_duration_seconds', ms / 1_000, labels);
  }
  if (features !== undefined && plan.features.length > 0) {
    metrics.observe('feature_fetch_duration_seconds', features / 1_000);
  }
  if (total !== undefined) metrics.observe('prediction_duration_seconds', total / 1_000);
  for (const { name: rule, outcome } of rules) {
    metrics.count('prediction_rule_total', { deployment: `${endpoint}@${environment}`, rule, outcome });
  }
  if (fallback) metrics.count('prediction_fallback_total', { cause: fallback });
  for (const stage in timings) {
    if (stage === 'total') continue;
    metrics.observe('prediction_stage_duration_seconds', (timings[stage] ?? 0) / 1_000, { stage });
  }
  for (const stage of over) metrics.count('prediction_stage_overrun_total', { stage });
  if (over.includes('total')) metrics.count('prediction_overrun_total');
}

/** Counts reasons that went into a record, and what they add to it. */
export function countReasons(metrics: Metrics, reasons: Reasons): void {
  metrics.count('prediction_reasons_logged_total');
  metrics.count('prediction_reasons_logged_bytes_total', {}, JSON.stringify(reasons).length);
}
