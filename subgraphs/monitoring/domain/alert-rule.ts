import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { Name } from '../../../schema/common.ts';
import { validated } from '../../../schema/validated.ts';
import type { Comparison } from '../../../core/statistics/threshold.ts';
import { needsBaseline, needsFeature, type Signal } from './alert-signal.ts';
import { deploymentUrn, featureViewUrn, parsedId } from './ids.ts';
import { checkedWindow, type TimeWindow } from './time-window.ts';

export const ALERT_SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** What a window with too little data means for the rule. */
export const NO_DATA_STATES = ['ALERTING', 'OK', 'KEEP'] as const;
export type NoDataState = (typeof NO_DATA_STATES)[number];

/** AUTOMATIC: the subgraph's own clock evaluates it. ON_DEMAND: only `evaluateAlerts` does, as in a replay. */
export const EVALUATIONS = ['AUTOMATIC', 'ON_DEMAND'] as const;
export type Evaluation = (typeof EVALUATIONS)[number];

export interface AlertRuleSettings {
  readonly deployment: string;
  readonly signal: Signal;
  /** As the prediction records name it: `view__feature`, or the name of an input. */
  readonly feature: string | null;
  /** The view that owns the feature: its alerts are shown there. */
  readonly featureView: string | null;
  readonly comparison: Comparison;
  readonly threshold: number;
  /** Length of the window that the signal is computed over. */
  readonly windowSeconds: number;
  /** How long before the evaluation the window ends: late outcomes need it. */
  readonly delaySeconds: number;
  readonly forSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly evaluationIntervalSeconds: number;
  /** Fewer rows than this in a window are no data; null for ANSWER_RATE, which counts the rows themselves. */
  readonly minRows: number | null;
  readonly baseline: TimeWindow | null;
  readonly severity: AlertSeverity;
  readonly noDataState: NoDataState;
  readonly evaluation: Evaluation;
}

export interface AlertRule extends AlertRuleSettings {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly revision: number;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** What a caller asks of a new rule; what is left out is null, or its default. */
export interface AlertRuleInput
  extends
    Omit<AlertRuleSettings, 'feature' | 'featureView' | 'minRows' | 'baseline'>,
    Partial<{
      readonly [Key in 'feature' | 'featureView' | 'minRows' | 'baseline']: AlertRuleSettings[Key] | undefined;
    }> {
  readonly name: string;
  readonly description: string;
}

/** What a change of a rule may touch; what it watches stays, since its alerts are about that. */
const CHANGEABLE = [
  'description',
  'comparison',
  'threshold',
  'windowSeconds',
  'delaySeconds',
  'forSeconds',
  'keepFiringForSeconds',
  'evaluationIntervalSeconds',
  'severity',
  'noDataState',
  'evaluation',
] as const satisfies readonly (keyof AlertRule)[];

/** What is left out, or null, stays. */
export type AlertRuleChange = {
  readonly [Key in (typeof CHANGEABLE)[number]]?: AlertRule[Key] | null | undefined;
} & Partial<{ readonly [Key in 'minRows' | 'baseline']: AlertRule[Key] | undefined }>;

const DAY_S = 86_400;

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  windowSeconds: [1, 90 * DAY_S],
  delaySeconds: [0, 365 * DAY_S],
  forSeconds: [0, 90 * DAY_S],
  keepFiringForSeconds: [0, 90 * DAY_S],
  evaluationIntervalSeconds: [1, 30 * DAY_S],
};

const refuse = (field: string, message: string): DomainError => new DomainError('INVALID_INPUT', message, { field });

/** A window has to hold so many rows unless the rule says otherwise. */
export const DEFAULT_MIN_ROWS = 100;

const Named = z.object({ name: Name, description: z.string().max(10_000) });

type NamedSettings = AlertRuleSettings & Pick<AlertRule, 'name' | 'description'>;

/** What a new rule is made of, with whole ids and defaults. Throws INVALID_INPUT that names the field: no setting is ignored. */
export function checkedAlertRule(project: string, input: AlertRuleInput): NamedSettings {
  const { feature = null, featureView = null, baseline = null, signal } = input;
  return checked({
    name: input.name,
    description: input.description,
    deployment: parsedId(deploymentUrn, project, input.deployment, 'deployment'),
    signal,
    feature,
    featureView: parsedId(featureViewUrn, project, featureView, 'featureView'),
    comparison: input.comparison,
    threshold: input.threshold,
    windowSeconds: input.windowSeconds,
    delaySeconds: input.delaySeconds,
    forSeconds: input.forSeconds,
    keepFiringForSeconds: input.keepFiringForSeconds,
    evaluationIntervalSeconds: input.evaluationIntervalSeconds,
    minRows: input.minRows ?? defaultMinRows(signal),
    baseline,
    severity: input.severity,
    noDataState: input.noDataState,
    evaluation: input.evaluation,
  });
}

/** The rule with other settings, one revision on. Throws INVALID_INPUT as for a new rule. */
export function changedAlertRule(rule: AlertRule, change: AlertRuleChange): AlertRule {
  const given = CHANGEABLE.filter((key) => change[key] !== undefined && change[key] !== null);
  const { minRows, baseline } = change;
  return checked({
    ...rule,
    ...Object.fromEntries(given.map((key) => [key, change[key]])),
    ...(typeof minRows === 'number' && { minRows }),
    ...(baseline !== undefined && { baseline }),
    revision: rule.revision + 1,
  });
}

const defaultMinRows = (signal: Signal): number | null => (signal === 'ANSWER_RATE' ? null : DEFAULT_MIN_ROWS);

function checked<Settings extends NamedSettings>(settings: Settings): Settings {
  const { baseline } = settings;
  const named = {
    ...settings,
    ...validated(Named, settings),
    baseline: baseline && checkedWindow('baseline', baseline),
  };
  checkAlertRule(named);
  return named;
}

/** Throws INVALID_INPUT for a setting that is out of range, or that the signal cannot use. */
function checkAlertRule(rule: AlertRuleSettings): void {
  for (const [field, [least, most]] of Object.entries(RANGES)) {
    const value = rule[field as keyof AlertRuleSettings] as number;
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw refuse(field, `${field}: ${value} is out of range; allowed: a whole number from ${least} to ${most}`);
    }
  }
  if (!Number.isFinite(rule.threshold)) throw refuse('threshold', 'threshold: must be a finite number');
  if (needsFeature(rule.signal) !== (rule.feature !== null)) {
    const wanted = needsFeature(rule.signal) ? 'needs the name of a feature' : 'takes no feature';
    throw refuse('feature', `feature: the signal ${rule.signal} ${wanted}`);
  }
  if (needsBaseline(rule.signal) !== (rule.baseline !== null)) {
    const wanted = needsBaseline(rule.signal) ? 'needs a baseline window' : 'takes no baseline window';
    throw refuse('baseline', `baseline: the signal ${rule.signal} ${wanted}`);
  }
  if (rule.featureView !== null && rule.feature === null) {
    throw refuse('featureView', `featureView: the signal ${rule.signal} takes no feature view`);
  }
  checkMinRows(rule);
}

function checkMinRows({ signal, minRows }: AlertRuleSettings): void {
  if (signal === 'ANSWER_RATE') {
    if (minRows !== null)
      throw refuse('minRows', 'minRows: the signal ANSWER_RATE counts the rows themselves: it takes no minRows');
  } else if (minRows === null || !Number.isSafeInteger(minRows) || minRows < 1 || minRows > 1_000_000) {
    throw refuse('minRows', `minRows: ${minRows} is out of range; allowed: a whole number from 1 to 1000000`);
  }
}

/** The window that an evaluation at `at` looks at. */
export function windowAt({ windowSeconds, delaySeconds }: AlertRuleSettings, at: Date): TimeWindow {
  const to = at.getTime() - delaySeconds * 1_000;
  return { from: new Date(to - windowSeconds * 1_000), to: new Date(to) };
}
