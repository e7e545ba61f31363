import { GraphQLJSON } from 'graphql-scalars';
import { ArgsType, Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Comparison } from '../../../../core/statistics/threshold.ts';
import { formatAlertExpression } from '../../../../core/promql/alert-expression.ts';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { alertRuleAsInput } from '../../domain/alert/alert-rule-as-input.ts';
import type { AlertRule, AlertSeverity, Evaluation, NoDataState } from '../../domain/alert/alert-rule.ts';
import type { Signal } from '../../domain/signals/signals.ts';
import type { RuleState } from '../../domain/alert/alert.ts';
import { alertRuleUrn } from '../../domain/ids.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { AlertSeverityEnum, ComparisonEnum, EvaluationEnum, NoDataStateEnum, SignalEnum } from '../enums.ts';
import { DeploymentType, FeatureViewType } from '../references.ts';
import { AlertContextType, alertContext } from './alert-context.ts';
import { AlertLabelType, alertLabels } from './alert-label.ts';
import { TimeWindowType } from '../time-window.ts';

@ObjectType('AlertRule', {
  description: 'A condition on a signal of a deployment, or in PromQL, and for how long it must hold.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class AlertRuleType {
  @Field(() => ID, { description: 'tiffin:<project>:alert-rule:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for, and what to do.' })
  readonly description: string;

  @Field(() => DeploymentType, {
    nullable: true,
    description: 'The deployment that it watches, where it is about one.',
  })
  readonly deployment: DeploymentType | null;

  @Field(() => SignalEnum, { nullable: true, description: 'What it watches; null for a rule with an expression.' })
  readonly signal: Signal | null;

  @Field(() => String, {
    nullable: true,
    description: 'PromQL whose every series is an alert, with its `for`; null for a rule with a signal.',
  })
  readonly expression: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The feature that it watches, as `view__feature`, or the input.',
  })
  readonly feature: string | null;

  @Field(() => FeatureViewType, { nullable: true, description: 'The view of that feature, where it was named.' })
  readonly featureView: FeatureViewType | null;

  @Field(() => ComparisonEnum, {
    nullable: true,
    description: 'How the value of the signal is held against the threshold.',
  })
  readonly comparison: Comparison | null;

  @Field(() => Float, { nullable: true, description: 'The threshold of the signal.' })
  readonly threshold: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of the window that the signal is computed over.' })
  readonly windowSeconds: number | null;

  @Field(() => Int, { description: 'How long before the evaluation its data end.' })
  readonly delaySeconds: number;

  @Field(() => Int, { description: 'How long the condition must hold before the alert fires.' })
  readonly forSeconds: number;

  @Field(() => Int, { description: 'How long it goes on firing after the condition has ended.' })
  readonly keepFiringForSeconds: number;

  @Field(() => Int, { description: 'Least time between two evaluations.' })
  readonly evaluationIntervalSeconds: number;

  @Field(() => Int, { nullable: true, description: 'Fewer rows than this are no data; null for ANSWER_RATE.' })
  readonly minRows: number | null;

  @Field(() => TimeWindowType, { nullable: true, description: 'The window that drift is measured against.' })
  readonly baseline: TimeWindow | null;

  @Field(() => AlertSeverityEnum, { description: 'How urgent its alerts are.' })
  readonly severity: AlertSeverity;

  @Field(() => NoDataStateEnum, { description: 'What too little data means.' })
  readonly noDataState: NoDataState;

  @Field(() => EvaluationEnum, { description: 'Who evaluates it.' })
  readonly evaluation: Evaluation;

  @Field(() => [AlertLabelType], { description: 'Labels that its alerts get, as templates.' })
  readonly labels: readonly AlertLabelType[];

  @Field(() => [AlertLabelType], { description: 'Texts about its alerts, as templates.' })
  readonly annotations: readonly AlertLabelType[];

  @Field(() => [ID], { description: 'The rules whose alerts are parts of its own.' })
  readonly suppresses: readonly string[];

  @Field(() => [AlertContextType], { description: 'What is looked at when it fires.' })
  readonly context: readonly AlertContextType[];

  @Field(() => String, {
    nullable: true,
    description: 'Why its last evaluation came to nothing, as two series of one name; its alerts stand as before.',
  })
  readonly problem: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was last evaluated; null if never.' })
  readonly evaluatedAt: Date | null;

  @Field(() => Float, {
    nullable: true,
    description: 'What its signal showed then; null where there was too little data.',
  })
  readonly value: number | null;

  @Field(() => Float, { nullable: true, description: 'Rows behind that value.' })
  readonly rows: number | null;

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Int, { description: 'Grows with each change.' })
  readonly revision: number;

  readonly rule: AlertRule;

  constructor({ rule, state }: { readonly rule: AlertRule; readonly state: RuleState }) {
    this.rule = rule;
    this.id = alertRuleUrn.format(rule);
    this.name = rule.name;
    this.description = rule.description;
    this.deployment = rule.deployment === null ? null : new DeploymentType(rule.deployment);
    this.signal = rule.signal;
    this.expression = rule.expression === null ? null : writtenOut(rule.expression, rule.forSeconds);
    this.feature = rule.feature;
    this.featureView = rule.featureView === null ? null : new FeatureViewType(rule.featureView);
    this.comparison = rule.comparison;
    this.threshold = rule.threshold;
    this.windowSeconds = rule.windowSeconds;
    this.delaySeconds = rule.delaySeconds;
    this.forSeconds = rule.forSeconds;
    this.keepFiringForSeconds = rule.keepFiringForSeconds;
    this.evaluationIntervalSeconds = rule.evaluationIntervalSeconds;
    this.minRows = rule.minRows;
    this.baseline = rule.baseline;
    this.severity = rule.severity;
    this.noDataState = rule.noDataState;
    this.evaluation = rule.evaluation;
    this.labels = alertLabels(rule.labels);
    this.annotations = alertLabels(rule.annotations);
    this.suppresses = rule.suppresses.map((name) => alertRuleUrn.format({ project: rule.project, name }));
    this.context = alertContext(rule.context);
    this.problem = state.problem;
    this.evaluatedAt = state.evaluatedAt;
    this.value = state.observation?.value ?? null;
    this.rows = state.observation?.n ?? null;
    this.definition = alertRuleAsInput(rule);
    this.createdAt = rule.createdAt;
    this.createdBy = rule.createdBy;
    this.revision = rule.revision;
  }
}

const writtenOut = (text: string, forSeconds: number): string =>
  formatAlertExpression({ text, forMs: forSeconds * 1_000 });

export const AlertRuleConnection = connectionOf('AlertRule', () => AlertRuleType);

@ObjectType('AlertRulePayload', { description: 'A changed rule.' })
@Access(READ)
export class AlertRulePayload extends ChangedPayload {
  @Field(() => AlertRuleType, { description: 'The rule after the change.' })
  readonly rule!: AlertRuleType;
}

@ObjectType('EvaluateAlertsPayload', { description: 'What an evaluation came to.' })
@Access(READ)
export class EvaluateAlertsPayload {
  @Field(() => [AlertRuleType], { description: 'The rules that were due, as they stand now.' })
  readonly evaluated!: readonly AlertRuleType[];
}

@ArgsType()
export class AlertRuleArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only rules that watch this deployment.' })
  readonly deployment?: string | null;
}
