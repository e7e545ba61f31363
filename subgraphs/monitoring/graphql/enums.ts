import { registerEnumType } from 'type-graphql';
import { ANSWERING_FALLBACKS } from '../../../schema/recipe.ts';
import { ANSWERING_LAYERS, DETECTOR_STATES, MODEL_FAILURES, RULE_OUTCOMES } from '../../../schema/telemetry.ts';
import { ALERT_SEVERITIES, COMPARISONS, EVALUATIONS, NO_DATA_STATES } from '../domain/alert/alert-rule.ts';
import { SIGNAL_NAMES, SIGNALS } from '../domain/signals/signals.ts';
import { ALERT_STATUSES } from '../domain/alert/alert.ts';
import { DRIFT_PRESETS, SEVERITIES } from '../domain/quality/drift-severity.ts';
import { TRUST_CLASSES } from '../domain/trust.ts';
import { RECEIVER_KINDS } from '../domain/notify/receiver.ts';
import { PRESET_NAMES } from '../domain/notify/preset.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';

export const TrustEnum = graphqlEnum(
  'Trust',
  TRUST_CLASSES,
  'Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app.',
);

export const DetectorStateEnum = graphqlEnum(
  'DetectorState',
  DETECTOR_STATES,
  'How a detector of a recipe stands on a node.',
  {
    WATCHING: 'What it measures is within its limit, or there were too few answers so far.',
    TRIPPED: 'What it measured is above its limit; with FALL_BACK the fallback answers.',
    CHECKING: 'After its rest: the models answer again, and it looks at them anew.',
  },
);

export const AnsweringLayerEnum = graphqlEnum(
  'AnsweringLayer',
  ANSWERING_LAYERS,
  'The layer of traffic that decided what answers, in the order in which they decide.',
);

export const AnsweringFallbackEnum = graphqlEnum(
  'AnsweringFallback',
  ANSWERING_FALLBACKS,
  'What answered in place of the model: a constant, the previous release, or the rules without a score.',
);

export const ModelFailureEnum = graphqlEnum(
  'ModelFailure',
  MODEL_FAILURES,
  'Why a model has no score. ADMISSION_REFUSED: it would not have finished within the budget.',
);

export const RuleOutcomeEnum = graphqlEnum(
  'RuleOutcome',
  RULE_OUTCOMES,
  'What came of a rule. DECIDED: the first that matched. MATCHED: after that one. FAILED: its condition had no value.',
);

export const DriftSeverityEnum = graphqlEnum(
  'DriftSeverity',
  SEVERITIES,
  'How strongly a distribution has moved. UNKNOWN: too few values to say that it has not.',
);

export const DriftPresetEnum = graphqlEnum(
  'DriftPreset',
  DRIFT_PRESETS,
  'How severity is judged. BY_EFFECT: size of the effect, significant after correction over the features. SOURCE: the fixed thresholds of PSI .25/.1/.05, JS .1/.05/.02 or KS p .001/.01/.05, under which every large window is HIGH.',
);

export const DriftKindEnum = graphqlEnum(
  'DriftKind',
  ['NUMERIC', 'CATEGORICAL'] as const,
  'Whether a feature was compared by quantile bins of the reference or by category.',
);

export const SignalEnum = graphqlEnum(
  'AlertSignal',
  SIGNAL_NAMES,
  'What an alert rule watches on its deployment.',
  Object.fromEntries(SIGNAL_NAMES.map((name) => [name, SIGNALS[name].description])),
);

/** GraphQL's names of PromQL's comparison operators. */
export const ComparisonEnum = COMPARISONS;
registerEnumType(ComparisonEnum, {
  name: 'AlertComparison',
  description: 'How a value is held against the threshold. A value equal to the threshold is not ABOVE it.',
});

export const AlertSeverityEnum = graphqlEnum('AlertSeverity', ALERT_SEVERITIES, 'How urgent an alert of the rule is.');

export const NoDataStateEnum = graphqlEnum(
  'NoDataState',
  NO_DATA_STATES,
  'What a window with too few rows means: ALERTING is a hit, OK is a miss, KEEP changes nothing.',
);

export const EvaluationEnum = graphqlEnum(
  'AlertEvaluation',
  EVALUATIONS,
  "AUTOMATIC: by the subgraph's own clock. ON_DEMAND: only by evaluateAlerts, as a replay does.",
);

export const AlertStatusEnum = graphqlEnum(
  'AlertStatus',
  ALERT_STATUSES,
  'Where an alert stands. INACTIVE: its condition ended before it fired.',
);

export const ReceiverKindEnum = graphqlEnum(
  'ReceiverKind',
  RECEIVER_KINDS,
  'How somebody outside is notified of alerts.',
  {
    WEBHOOK: "A POST of Alertmanager's body, signed as Standard Webhooks says.",
    SLACK: 'A POST of a text, as Slack and its like show it.',
    PAGERDUTY: "Events of PagerDuty's Events API v2, one for each alert.",
    EMAIL: 'Mail.',
  },
);

export const AlertPresetEnum = graphqlEnum('AlertPreset', PRESET_NAMES, 'Rule files that come with the product.', {
  SOURCE: 'Alerts of a payment and a delivery system: latency, rates, money, drift, seasons, composites.',
  INDICATORS: 'On what monitoring measures by itself: features, scores, errors, fallbacks, nodes.',
});

export const ReportOutcomeEnum = graphqlEnum(
  'ReportOutcome',
  ['ACCEPTED', 'UNCHANGED', 'IGNORED', 'REFUSED'] as const,
  'What became of a line of a file. IGNORED: it says nothing that matters here. REFUSED: it is not of the subset.',
);

export const NotificationStateEnum = graphqlEnum(
  'NotificationState',
  ['PENDING', 'DELIVERED', 'FAILED', 'DEAD'] as const,
  'What became of a notification. FAILED: the receiver refused it for good. DEAD: it was tried for a day.',
);
