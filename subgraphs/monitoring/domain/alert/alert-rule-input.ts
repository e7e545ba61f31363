import { DomainError } from '../../../../core/errors.ts';
import { formatAlertExpression, parseAlertExpression } from '../../../../core/promql/alert-expression.ts';
import { PromqlError } from '../../../../core/promql/promql-error.ts';
import type { Comparison } from '../../../../core/statistics/threshold.ts';
import type {
  AlertRule,
  AlertRuleSettings,
  AlertSeverity,
  Evaluation,
  ExpressionCondition,
  NoDataState,
  SignalCondition,
} from './alert-rule.ts';
import { checkedSettings, recordOf, type LabelInput } from './alert-rule-checks.ts';
import { checkedContext, checkedParts, type ContextInput } from './alert-rule-composite.ts';
import { deploymentUrn, featureViewUrn, parsedId } from '../ids.ts';
import { signalOf, type Signal } from '../signals/signals.ts';
import type { TimeWindow } from '../time-window.ts';

type Maybe<T> = T | null | undefined;

/** What a caller asks of a new rule: a signal with its threshold, or an expression. What is left out is null, or its default. */
export interface AlertRuleInput {
  readonly name: string;
  readonly description: string;
  readonly expression?: Maybe<string>;
  readonly deployment?: Maybe<string>;
  readonly signal?: Maybe<Signal>;
  readonly feature?: Maybe<string>;
  readonly featureView?: Maybe<string>;
  readonly comparison?: Maybe<Comparison>;
  readonly threshold?: Maybe<number>;
  readonly windowSeconds?: Maybe<number>;
  readonly minRows?: Maybe<number>;
  readonly baseline?: Maybe<TimeWindow>;
  readonly delaySeconds: number;
  readonly forSeconds?: Maybe<number>;
  readonly keepFiringForSeconds: number;
  readonly evaluationIntervalSeconds: number;
  readonly severity: AlertSeverity;
  readonly noDataState: NoDataState;
  readonly evaluation: Evaluation;
  readonly labels?: Maybe<readonly LabelInput[]>;
  readonly annotations?: Maybe<readonly LabelInput[]>;
  readonly suppresses?: Maybe<readonly string[]>;
  readonly context?: Maybe<readonly ContextInput[]>;
}

/** What a change of a rule may touch; what it watches stays, since its alerts are about that. */
const CHANGEABLE = [
  'description',
  'expression',
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
} & Partial<{ readonly [Key in 'minRows' | 'baseline']: AlertRule[Key] | undefined }> & {
    readonly labels?: Maybe<readonly LabelInput[]>;
    readonly annotations?: Maybe<readonly LabelInput[]>;
    readonly suppresses?: Maybe<readonly string[]>;
    readonly context?: Maybe<readonly ContextInput[]>;
  };

const refuse = (field: string, message: string): DomainError => new DomainError('INVALID_INPUT', message, { field });

/** A window has to hold so many rows unless the rule says otherwise. */
export const DEFAULT_MIN_ROWS = 100;

/** What only a rule about a signal says. */
const OF_SIGNALS = [
  'feature',
  'featureView',
  'comparison',
  'threshold',
  'windowSeconds',
  'minRows',
  'baseline',
] as const;

/** What a new rule is made of, with whole ids and defaults. Throws INVALID_INPUT that names the field: no setting is ignored. */
export function checkedAlertRule(project: string, input: AlertRuleInput): AlertRuleSettings {
  const condition = conditionOf(project, input);
  return checkedSettings({
    ...condition.settings,
    name: input.name,
    description: input.description,
    delaySeconds: input.delaySeconds,
    forSeconds: condition.forSeconds ?? input.forSeconds ?? 0,
    keepFiringForSeconds: input.keepFiringForSeconds,
    evaluationIntervalSeconds: input.evaluationIntervalSeconds,
    severity: input.severity,
    noDataState: input.noDataState,
    evaluation: input.evaluation,
    labels: recordOf('labels', input.labels ?? []),
    annotations: recordOf('annotations', input.annotations ?? []),
    suppresses: checkedParts(project, input.name, input.suppresses ?? []),
    context: checkedContext(input.context ?? []),
  });
}

interface Condition {
  readonly settings: SignalCondition | ExpressionCondition;
  /** What the expression itself says of it. */
  readonly forSeconds: number | null;
}

function conditionOf(project: string, input: AlertRuleInput): Condition {
  const { expression, signal } = input;
  if ((typeof expression === 'string') === (typeof signal === 'string')) {
    throw refuse('signal', 'signal: a rule has a signal or an expression, one of them');
  }
  const deployment = parsedId(deploymentUrn, project, input.deployment, 'deployment');
  if (typeof expression === 'string') {
    const needless = OF_SIGNALS.find((field) => input[field] !== null && input[field] !== undefined);
    if (needless !== undefined) throw refuse(needless, `${needless}: a rule with an expression takes no ${needless}`);
    const { text, forSeconds } = checkedExpression(expression, input.forSeconds ?? null);
    return { settings: { ...NO_SIGNAL, expression: text, deployment }, forSeconds };
  }
  const settings = {
    expression: null,
    signal: signal as Signal,
    deployment: required('deployment', deployment),
    feature: input.feature ?? null,
    featureView: parsedId(featureViewUrn, project, input.featureView, 'featureView'),
    comparison: required('comparison', input.comparison),
    threshold: required('threshold', input.threshold),
    windowSeconds: required('windowSeconds', input.windowSeconds),
    minRows: input.minRows ?? (signalOf(signal as Signal).needs.rows ? DEFAULT_MIN_ROWS : null),
    baseline: input.baseline ?? null,
  };
  return { settings, forSeconds: null };
}

const NO_SIGNAL = {
  signal: null,
  feature: null,
  featureView: null,
  comparison: null,
  threshold: null,
  windowSeconds: null,
  minRows: null,
  baseline: null,
} as const;

function required<T>(field: string, value: Maybe<T>): T {
  if (value !== null && value !== undefined) return value;
  throw refuse(field, `${field}: a rule with a signal needs it`);
}

/**
 * The PromQL of a rule without its `for`, which is the rule's own. Throws INVALID_INPUT that says where it is wrong, with `within`
 * before the name of the field.
 */
export function checkedExpression(
  given: string,
  forSeconds: number | null,
  within = '',
): { readonly text: string; readonly forSeconds: number | null } {
  if (given.length > MOST_LETTERS) {
    throw refuse(`${within}expression`, `${within}expression: at most ${MOST_LETTERS} characters`);
  }
  try {
    const { text, forMs } = parseAlertExpression(given);
    if (forMs !== null && forSeconds !== null && forMs !== forSeconds * 1_000) {
      const both = formatAlertExpression({ text, forMs });
      throw refuse(
        `${within}forSeconds`,
        `${within}forSeconds: ${forSeconds} is not what the expression says ("${both}"); say it once`,
      );
    }
    return { text, forSeconds: forMs === null ? null : forMs / 1_000 };
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    const { fault, position, message } = error;
    throw new DomainError(
      'INVALID_INPUT',
      `${within}expression: ${message}${position === null ? '' : ` (character ${position + 1})`}`,
      {
        field: `${within}expression`,
        fault,
        ...(position !== null && { position: position + 1 }),
      },
    );
  }
}

const MOST_LETTERS = 10_000;

/** The rule with other settings, one revision on. Throws INVALID_INPUT as for a new rule. */
export function changedAlertRule(rule: AlertRule, change: AlertRuleChange): AlertRule {
  const given = CHANGEABLE.filter((key) => change[key] !== undefined && change[key] !== null);
  const { minRows, baseline, expression, labels, annotations, suppresses, context } = change;
  refuseOthers(rule, change);
  const said = typeof expression === 'string' ? checkedExpression(expression, change.forSeconds ?? null) : null;
  return checkedSettings({
    ...rule,
    ...Object.fromEntries(given.map((key) => [key, change[key]])),
    ...(typeof minRows === 'number' && { minRows }),
    ...(baseline !== undefined && { baseline }),
    ...(said && { expression: said.text, ...(said.forSeconds !== null && { forSeconds: said.forSeconds }) }),
    ...(labels && { labels: recordOf('labels', labels) }),
    ...(annotations && { annotations: recordOf('annotations', annotations) }),
    ...(suppresses && { suppresses: checkedParts(rule.project, rule.name, suppresses) }),
    ...(context && { context: checkedContext(context) }),
    revision: rule.revision + 1,
  } as AlertRule);
}

/** A rule stays a rule of its kind. */
function refuseOthers(rule: AlertRule, change: AlertRuleChange): void {
  if (rule.expression === null && typeof change.expression === 'string') {
    throw refuse('expression', `expression: ${rule.name} watches the signal ${rule.signal}; make another rule`);
  }
  if (rule.expression === null) return;
  for (const field of ['comparison', 'threshold', 'windowSeconds', 'minRows', 'baseline'] as const) {
    if (change[field] === null || change[field] === undefined) continue;
    throw refuse(field, `${field}: a rule with an expression takes no ${field}`);
  }
}
