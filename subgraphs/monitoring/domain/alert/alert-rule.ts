import type { Comparison } from '../../../../core/statistics/threshold.ts';
import type { Signal } from '../signals/signals.ts';
import type { TimeWindow } from '../time-window.ts';

export const ALERT_SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** What a window with too little data, or a series that is gone, means for the rule. */
export const NO_DATA_STATES = ['ALERTING', 'OK', 'KEEP'] as const;
export type NoDataState = (typeof NO_DATA_STATES)[number];

/** AUTOMATIC: the subgraph's own clock evaluates it. ON_DEMAND: only `evaluateAlerts` does, as in a replay. */
export const EVALUATIONS = ['AUTOMATIC', 'ON_DEMAND'] as const;
export type Evaluation = (typeof EVALUATIONS)[number];

/** How a rule with a signal compares, by the words of its input. */
export const COMPARISONS = { ABOVE: '>', AT_LEAST: '>=', BELOW: '<', AT_MOST: '<=' } as const satisfies Record<
  string,
  Comparison
>;

/** A threshold on a signal of a deployment. */
export interface SignalCondition {
  readonly expression: null;
  readonly signal: Signal;
  readonly deployment: string;
  /** As the prediction records name it: `view__feature`, or the name of an input. */
  readonly feature: string | null;
  /** The view that owns the feature: its alerts are shown there. */
  readonly featureView: string | null;
  readonly comparison: Comparison;
  readonly threshold: number;
  /** Length of the window that the signal is computed over. */
  readonly windowSeconds: number;
  /** Fewer rows than this in a window are no data; null for a signal that counts the rows themselves. */
  readonly minRows: number | null;
  readonly baseline: TimeWindow | null;
}

/** PromQL over the stored samples: each series that it gives is an alert of its own. */
export interface ExpressionCondition {
  readonly expression: string;
  /** The deployment that it is about, where it is about one: its alerts are shown there. */
  readonly deployment: string | null;
  readonly signal: null;
  readonly feature: null;
  readonly featureView: null;
  readonly comparison: null;
  readonly threshold: null;
  readonly windowSeconds: null;
  readonly minRows: null;
  readonly baseline: null;
}

interface CommonSettings {
  readonly name: string;
  readonly description: string;
  /** How long before the evaluation its data end: late outcomes need it. */
  readonly delaySeconds: number;
  readonly forSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly evaluationIntervalSeconds: number;
  readonly severity: AlertSeverity;
  readonly noDataState: NoDataState;
  readonly evaluation: Evaluation;
  /** Labels that its alerts get besides those of the series; templates. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts about its alerts; templates. `runbook_url` is where to read what to do. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Names of the rules whose alerts are parts of its own. */
  readonly suppresses: readonly string[];
  /** PromQL by name: what is kept beside its alerts in their incident. */
  readonly context: Readonly<Record<string, string>>;
}

export type AlertRuleSettings = CommonSettings & (SignalCondition | ExpressionCondition);

interface Identity {
  readonly project: string;
  readonly revision: number;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export type AlertRule = AlertRuleSettings & Identity;
export type SignalRule = CommonSettings & SignalCondition & Identity;

/** The window that an evaluation at `at` looks at. */
export function windowAt(
  { windowSeconds, delaySeconds }: Pick<SignalRule, 'windowSeconds' | 'delaySeconds'>,
  at: Date,
): TimeWindow {
  const to = at.getTime() - delaySeconds * 1_000;
  return { from: new Date(to - windowSeconds * 1_000), to: new Date(to) };
}
