import { registerEnumType } from 'type-graphql';
import { ALERT_SEVERITIES, EVALUATIONS, NO_DATA_STATES } from '../domain/alert-rule.ts';
import { SIGNALS } from '../domain/alert-signal.ts';
import { ALERT_STATUSES } from '../domain/alert.ts';
import { DRIFT_PRESETS, SEVERITIES } from '../domain/drift-severity.ts';
import { TRUST_CLASSES } from '../domain/trust.ts';

const enumOf = <T extends string>(values: readonly T[]): Record<Uppercase<T>, T> =>
  Object.fromEntries(values.map((value) => [value.toUpperCase(), value])) as Record<Uppercase<T>, T>;

export const TrustEnum = enumOf(TRUST_CLASSES);
registerEnumType(TrustEnum, {
  name: 'Trust',
  description: 'Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app.',
});

export const DriftSeverityEnum = enumOf(SEVERITIES);
registerEnumType(DriftSeverityEnum, {
  name: 'DriftSeverity',
  description: 'How strongly a distribution has moved. UNKNOWN: too few values to say that it has not.',
});

export const DriftPresetEnum = enumOf(DRIFT_PRESETS);
registerEnumType(DriftPresetEnum, {
  name: 'DriftPreset',
  description:
    'How severity is judged. BY_EFFECT: size of the effect, significant after correction over the features. SOURCE: the fixed thresholds of PSI .25/.1/.05, JS .1/.05/.02 or KS p .001/.01/.05, under which every large window is HIGH.',
});

export const DriftKindEnum = enumOf(['NUMERIC', 'CATEGORICAL'] as const);
registerEnumType(DriftKindEnum, {
  name: 'DriftKind',
  description: 'Whether a feature was compared by quantile bins of the reference or by category.',
});

export const SignalEnum = enumOf(SIGNALS);
registerEnumType(SignalEnum, {
  name: 'AlertSignal',
  description: 'What an alert rule watches on its deployment.',
  valuesConfig: {
    SCORE_PSI: { description: 'PSI of the score between the baseline window and the current one.' },
    FEATURE_PSI: { description: 'PSI of one feature between the baseline window and the current one.' },
    FEATURE_MISSING_RATE: { description: 'Share of predictions for which one feature had no present value.' },
    BRIER: { description: 'Brier score of the predictions that have an outcome.' },
    AUC: { description: 'Area under the ROC curve of the predictions that have an outcome.' },
    ANSWER_RATE: { description: 'Stored answers per minute.' },
    FALLBACK_RATE: { description: 'Share of the answers that a fallback gave.' },
  },
});

/** GraphQL's names of PromQL's comparison operators. */
export const ComparisonEnum = { ABOVE: '>', AT_LEAST: '>=', BELOW: '<', AT_MOST: '<=' } as const;
registerEnumType(ComparisonEnum, {
  name: 'AlertComparison',
  description: 'How a value is held against the threshold. A value equal to the threshold is not ABOVE it.',
});

export const AlertSeverityEnum = enumOf(ALERT_SEVERITIES);
registerEnumType(AlertSeverityEnum, { name: 'AlertSeverity', description: 'How urgent an alert of the rule is.' });

export const NoDataStateEnum = enumOf(NO_DATA_STATES);
registerEnumType(NoDataStateEnum, {
  name: 'NoDataState',
  description: 'What a window with too few rows means: ALERTING is a hit, OK is a miss, KEEP changes nothing.',
});

export const EvaluationEnum = enumOf(EVALUATIONS);
registerEnumType(EvaluationEnum, {
  name: 'AlertEvaluation',
  description: "AUTOMATIC: by the subgraph's own clock. ON_DEMAND: only by evaluateAlerts, as a replay does.",
});

export const AlertStatusEnum = enumOf(ALERT_STATUSES);
registerEnumType(AlertStatusEnum, {
  name: 'AlertStatus',
  description: 'Where an alert stands. INACTIVE: its condition ended before it fired.',
});
