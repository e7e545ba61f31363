import { above, below, grown, shrunk, surelyAbove, type PillarMeasure } from './measure.ts';

/** How many times worse than before is bad, as in the health of a version: 95 and 85 % of what it was. */
const WORSE = { degraded: 1 / 0.95, unhealthy: 1 / 0.85 };

/** The share of the answers of an hour, over all releases and arms. */
const shareOfAnswers = (share: string, release: string): string =>
  `sum(sum_over_time((${share} * prediction_count{${release}})[1h:5m])) / sum(sum_over_time(prediction_count{${release}}[1h]))`;

const DATA: readonly PillarMeasure[] = [
  {
    pillar: 'DATA',
    name: 'feature drift',
    unit: '0 none, 1 low, 2 moderate, 3 high',
    expression: ({ deployment }) => `max(feature_drift_severity{${deployment},window="1h"})`,
    parts: ({ deployment }) => `feature_drift_severity{${deployment},window="1h"} >= 2`,
    // Drift alone is no harm: whether it is, outcomes say.
    judge: above({ degraded: 1.5 }),
    text: (value) => `the highest severity of a feature's drift is ${value} of 3`,
  },
  {
    pillar: 'DATA',
    name: 'missing values',
    unit: 'share',
    expression: ({ deployment }) =>
      `max(feature_missing_rate{${deployment},window="1h"} - avg_over_time(feature_missing_rate{${deployment},window="1h"}[7d]))`,
    parts: ({ deployment }) =>
      `feature_missing_rate{${deployment},window="1h"} > 0.05 + avg_over_time(feature_missing_rate{${deployment},window="1h"}[7d])`,
    judge: above({ degraded: 0.05, unhealthy: 0.25 }),
    text: (value) => `the share of missing values is at most ${value} above the average of its week`,
  },
  {
    pillar: 'DATA',
    name: 'fresh values',
    unit: 'share',
    expression: ({ deployment }) => `min(feature_freshness{${deployment},window="1h"})`,
    parts: ({ deployment }) => `feature_freshness{${deployment},window="1h"} < 0.95`,
    judge: below({ degraded: 0.95, unhealthy: 0.75 }),
    text: (value) => `the share of values that are not too old is at least ${value}`,
  },
  {
    pillar: 'DATA',
    name: 'score drift',
    unit: '0 none, 1 low, 2 moderate, 3 high',
    expression: ({ deployment }) => `max(score_drift_severity{${deployment},window="1h"})`,
    judge: above({ degraded: 1.5 }),
    text: (value) => `the severity of the score's drift is ${value} of 3`,
  },
];

const MODEL: readonly PillarMeasure[] = [
  {
    pillar: 'MODEL',
    name: 'AUC',
    unit: 'share',
    expression: ({ slice }) => `model_auc{${slice},window="1d"}`,
    judge: shrunk(WORSE),
    text: (value) => `AUC is ${value}`,
  },
  {
    pillar: 'MODEL',
    name: 'Brier score',
    unit: 'squared error',
    expression: ({ slice }) => `model_brier_score{${slice},window="1d"}`,
    judge: grown(WORSE),
    text: (value) => `the Brier score is ${value}`,
  },
  {
    pillar: 'MODEL',
    name: 'Brier score that is likely',
    unit: 'squared error',
    expression: ({ slice }) => `model_estimated_brier_score{${slice},window="1d"}`,
    bound: ({ slice }) => `model_estimated_brier_score_lower{${slice},window="1d"}`,
    judge: surelyAbove,
    text: (value) => `before outcomes come, the Brier score is likely to be ${value}`,
  },
  {
    pillar: 'MODEL',
    name: 'mean absolute error',
    unit: "outcome's",
    expression: ({ slice }) => `model_mae{${slice},window="1d"}`,
    judge: grown(WORSE),
    text: (value) => `numbers are off by ${value} on average`,
  },
  {
    pillar: 'MODEL',
    name: 'concept drift',
    unit: 'detectors',
    expression: ({ deployment }) => `sum(model_concept_drift{${deployment},window="1d"})`,
    // One detector alone errs more often than two together.
    judge: above({ degraded: 1.5 }),
    text: (value) => `${value} of 3 detectors say that errors have grown`,
  },
  {
    pillar: 'MODEL',
    name: 'outcomes that came',
    unit: 'share',
    expression: ({ slice }) => `model_label_coverage{${slice},window="1d"}`,
    judge: null,
    text: (value) => `the share of answers with an outcome is ${value}`,
  },
  {
    pillar: 'MODEL',
    name: 'four-fifths rule',
    unit: 'share',
    expression: ({ slice }) => `fairness_four_fifths{${slice},window="1d",decision=""}`,
    // Which segments are to be treated alike, their owner knows: a rule says it.
    judge: null,
    text: (value) => `the lowest share of yes by the highest is ${value}`,
  },
];

const INFRASTRUCTURE: readonly PillarMeasure[] = [
  {
    pillar: 'INFRASTRUCTURE',
    name: 'answers',
    unit: 'answers per second',
    expression: ({ release }) => `sum(sum_over_time(prediction_count{${release}}[1h])) / 3600`,
    judge: null,
    text: (value) => `${value} answers per second`,
  },
  {
    pillar: 'INFRASTRUCTURE',
    name: 'errors',
    unit: 'share',
    expression: ({ release }) => shareOfAnswers(`prediction_error_rate{${release}}`, release),
    judge: above({ degraded: 0.01, unhealthy: 0.05 }),
    text: (value) => `a model fails in a share of ${value} of the answers`,
  },
  {
    pillar: 'INFRASTRUCTURE',
    name: 'fallbacks',
    unit: 'share',
    expression: ({ release }) => shareOfAnswers(`prediction_fallback_rate{${release},cause=""}`, release),
    judge: above({ degraded: 0.05, unhealthy: 0.25 }),
    text: (value) => `a fallback gives a share of ${value} of the answers`,
  },
  {
    pillar: 'INFRASTRUCTURE',
    name: 'latency, p95',
    unit: 'milliseconds',
    expression: ({ release }) => `max(avg_over_time(prediction_latency_ms{${release},quantile="0.95"}[1h]))`,
    judge: grown({ degraded: 1.5, unhealthy: 3 }),
    text: (value) => `95 % of the answers take at most ${value} ms`,
  },
  {
    pillar: 'INFRASTRUCTURE',
    name: 'cost of a thousand answers',
    unit: 'currency',
    expression: ({ deployment }) => `max(cost_per_thousand_answers{${deployment},window="1d"})`,
    judge: grown({ degraded: 1.5 }),
    text: (value) => `a thousand answers cost ${value}`,
  },
];

const BUSINESS: readonly PillarMeasure[] = [
  {
    pillar: 'BUSINESS',
    name: 'cost of a decision',
    unit: 'currency',
    expression: ({ decided }) => `decision_cost_mean{${decided},window="1d"}`,
    bound: ({ decided }) => `decision_cost_mean_lower{${decided},window="1d"}`,
    judge: surelyAbove,
    text: (value) => `a decision comes to ${value} on average; below 0 it is a gain`,
  },
  {
    pillar: 'BUSINESS',
    name: 'money of decisions',
    unit: 'currency',
    expression: ({ decided }) => `decision_cost_total{${decided},window="1d"}`,
    judge: null,
    text: (value) => `the decisions of a day come to ${value}`,
  },
  {
    pillar: 'BUSINESS',
    name: 'share of decisions',
    unit: 'share',
    expression: ({ decided }) => `decision_share{${decided},window="1d"}`,
    judge: null,
    text: (value) => `the share is ${value}`,
  },
];

export const PILLAR_MEASURES: readonly PillarMeasure[] = [...DATA, ...MODEL, ...INFRASTRUCTURE, ...BUSINESS];
