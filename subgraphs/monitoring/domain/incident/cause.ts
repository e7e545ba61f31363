import { NAME } from '../../../../core/promql/labels.ts';
import { parsePromql } from '../../../../core/promql/parse.ts';
import { neededSeries } from '../../../../core/promql/selectors.ts';
import type { Alert } from '../alert/alert.ts';
import type { AlertRule } from '../alert/alert-rule.ts';
import type { Signal } from '../signals/signals.ts';

/** Kinds of trouble, each before those that follow from it; what is beside them stands last. */
export const CAUSES = [
  'PIPELINE_FAULT',
  'COVARIATE_SHIFT',
  'PRIOR_SHIFT',
  'CONCEPT_DRIFT',
  'PERFORMANCE_LOSS',
  'INFRASTRUCTURE',
  'OTHER',
] as const;
export type Cause = (typeof CAUSES)[number];

const OF_SIGNAL: Readonly<Record<Signal, Cause>> = {
  FEATURE_MISSING_RATE: 'PIPELINE_FAULT',
  FEATURE_PSI: 'COVARIATE_SHIFT',
  SCORE_PSI: 'PRIOR_SHIFT',
  BRIER: 'PERFORMANCE_LOSS',
  AUC: 'PERFORMANCE_LOSS',
  ANSWER_RATE: 'INFRASTRUCTURE',
  FALLBACK_RATE: 'INFRASTRUCTURE',
};

/** The names of series tell what they show; the first that fits. */
const OF_SERIES: readonly (readonly [RegExp, Cause])[] = [
  [/^feature_(missing|freshness|quality)/, 'PIPELINE_FAULT'],
  [/^feature_(drift|psi)/, 'COVARIATE_SHIFT'],
  [/^(score_(drift|psi)|model_(estimated_)?base_rate)/, 'PRIOR_SHIFT'],
  [/^model_concept_drift/, 'CONCEPT_DRIFT'],
  [/^model_/, 'PERFORMANCE_LOSS'],
  [/^(prediction|edge)_/, 'INFRASTRUCTURE'],
  [/(latency|error_rate)/, 'INFRASTRUCTURE'],
];

/** What an alert is a sign of: what its label `cause` says, else what its rule looks at. */
export function causeOf(rule: Pick<AlertRule, 'signal' | 'expression'>, { labels }: Pick<Alert, 'labels'>): Cause {
  const said = (labels['cause'] ?? '').toUpperCase();
  const declared = CAUSES.find((cause) => cause === said);
  if (declared) return declared;
  // The cause of a fallback: features that did not come are a fault of what brings them.
  if (said.startsWith('FEATURES_')) return 'PIPELINE_FAULT';
  if (rule.signal !== null) return OF_SIGNAL[rule.signal];
  return firstOf(namesIn(rule.expression ?? '').map(ofSeries));
}

/** The one that the others follow from. */
export const firstOf = (causes: readonly Cause[]): Cause => CAUSES.find((cause) => causes.includes(cause)) ?? 'OTHER';

const ofSeries = (name: string): Cause => OF_SERIES.find(([pattern]) => pattern.test(name))?.[1] ?? 'OTHER';

/** The names of the series that an expression reads. */
export const namesIn = (expression: string): readonly string[] =>
  neededSeries(parsePromql(expression), { startMs: 0, endMs: 0 }).flatMap(
    ({ matchers }) => matchers.find(({ label, operator }) => label === NAME && operator === '=')?.value ?? [],
  );

/** Whether two kinds of trouble can be one: machines and data fail apart from each other. */
export const canBeOne = (one: Cause, other: Cause): boolean =>
  one === 'OTHER' || other === 'OTHER' || (one === 'INFRASTRUCTURE') === (other === 'INFRASTRUCTURE');
