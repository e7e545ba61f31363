import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { Comparison } from '../../../../core/statistics/threshold.ts';
import { DEFAULT_MIN_ROWS, type AlertRuleChange, type AlertRuleInput } from '../../domain/alert/alert-rule-input.ts';
import type { AlertSeverity, Evaluation, NoDataState } from '../../domain/alert/alert-rule.ts';
import type { Signal } from '../../domain/signals/signals.ts';
import { AlertContextInput } from './alert-context.ts';
import { AlertLabelInput } from './alert-label.ts';
import { AlertSeverityEnum, ComparisonEnum, EvaluationEnum, NoDataStateEnum, SignalEnum } from '../enums.ts';
import { TimeWindowInput } from '../time-window.ts';

@InputType('AlertRuleDefinitionInput', { description: 'A threshold on a signal of a deployment, or an expression.' })
export class AlertRuleDefinitionInput implements AlertRuleInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is for, and what to do.' })
  readonly description!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'PromQL over the stored samples, in place of a signal: each series that it gives is an alert. It may end with its time: `avg(latency_ms) > 75 for 5m`.',
  })
  readonly expression?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The deployment to watch; a signal needs it. The alerts of an expression show there.',
  })
  readonly deployment?: string | null;

  @Field(() => SignalEnum, { nullable: true, description: 'What to watch, in place of an expression.' })
  readonly signal?: Signal | null;

  @Field(() => String, {
    nullable: true,
    description: 'The feature to watch, as `view__feature`, or an input by its name; for the FEATURE_… signals.',
  })
  readonly feature?: string | null;

  @Field(() => ID, { nullable: true, description: 'The pinned view of that feature: the alerts show there too.' })
  readonly featureView?: string | null;

  @Field(() => ComparisonEnum, {
    nullable: true,
    description: 'How to hold the value of the signal against the threshold.',
  })
  readonly comparison?: Comparison | null;

  @Field(() => Float, { nullable: true, description: 'The threshold of the signal.' })
  readonly threshold?: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of the window that the signal is computed over.' })
  readonly windowSeconds?: number | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How long before the evaluation its data end: late outcomes need it.',
  })
  readonly delaySeconds!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the condition must hold before the alert fires; 0 by default here or in the expression.',
  })
  readonly forSeconds?: number | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How long the alert goes on firing after the condition has ended.',
  })
  readonly keepFiringForSeconds!: number;

  @Field(() => Int, { defaultValue: 60, description: 'Least time between two evaluations.' })
  readonly evaluationIntervalSeconds!: number;

  @Field(() => Int, {
    nullable: true,
    description: `Fewer rows than this are no data; ${DEFAULT_MIN_ROWS} by default. Not for ANSWER_RATE.`,
  })
  readonly minRows?: number | null;

  @Field(() => TimeWindowInput, {
    nullable: true,
    description: 'The window to measure drift against; for the …_PSI signals.',
  })
  readonly baseline?: TimeWindowInput | null;

  @Field(() => AlertSeverityEnum, { defaultValue: 'WARNING', description: 'How urgent its alerts are.' })
  readonly severity!: AlertSeverity;

  @Field(() => NoDataStateEnum, {
    defaultValue: 'ALERTING',
    description:
      'What too little data, or a series that is gone, means: missing data is not healthy unless you say so. OK is what Prometheus does.',
  })
  readonly noDataState!: NoDataState;

  @Field(() => [AlertLabelInput], {
    nullable: true,
    description: 'Labels that its alerts get besides those of the series; what routes and silences look at.',
  })
  readonly labels?: readonly AlertLabelInput[] | null;

  @Field(() => [AlertLabelInput], {
    nullable: true,
    description: 'Texts about its alerts; `runbook_url` is where to read what to do.',
  })
  readonly annotations?: readonly AlertLabelInput[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Rules, made already or not, whose alerts are parts of its own: while it fires nobody is notified of them, and all are one incident. A part has no label that its series has otherwise.',
  })
  readonly suppresses?: readonly string[] | null;

  @Field(() => [AlertContextInput], {
    nullable: true,
    description: 'What else to look at when it fires, as the weather: kept beside the alert in its incident.',
  })
  readonly context?: readonly AlertContextInput[] | null;

  @Field(() => EvaluationEnum, { defaultValue: 'AUTOMATIC', description: 'Who evaluates it.' })
  readonly evaluation!: Evaluation;
}

@InputType('CreateAlertRuleInput', { description: 'A threshold on a signal of a deployment, or an expression.' })
export class CreateAlertRuleInput extends AlertRuleDefinitionInput {
  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of the deployment, where it was made just now: its event is waited for.',
  })
  readonly after?: string | null;
}

@InputType('UpdateAlertRuleInput', {
  description: 'Other settings for a rule; what is left out stays. What it watches cannot change: make another rule.',
})
export class UpdateAlertRuleInput implements AlertRuleChange {
  @Field(() => ID, { description: 'The rule.' })
  readonly rule!: string;

  @Field(() => Int, { description: 'The revision that the change is meant for.' })
  readonly expectedRevision!: number;

  @Field(() => String, { nullable: true, description: 'What it is for, and what to do.' })
  readonly description?: string | null;

  @Field(() => String, { nullable: true, description: 'Other PromQL, for a rule that has an expression.' })
  readonly expression?: string | null;

  @Field(() => ComparisonEnum, { nullable: true, description: 'How to hold the value against the threshold.' })
  readonly comparison?: Comparison | null;

  @Field(() => Float, { nullable: true, description: 'The threshold.' })
  readonly threshold?: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of the window that the signal is computed over.' })
  readonly windowSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long before the evaluation the window ends.' })
  readonly delaySeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long the condition must hold before the alert fires.' })
  readonly forSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long the alert goes on firing after the condition has ended.' })
  readonly keepFiringForSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'Least time between two evaluations.' })
  readonly evaluationIntervalSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'Fewer rows than this are no data.' })
  readonly minRows?: number | null;

  @Field(() => TimeWindowInput, { nullable: true, description: 'The window to measure drift against.' })
  readonly baseline?: TimeWindowInput | null;

  @Field(() => AlertSeverityEnum, { nullable: true, description: 'How urgent its next alerts are.' })
  readonly severity?: AlertSeverity | null;

  @Field(() => NoDataStateEnum, { nullable: true, description: 'What too little data means.' })
  readonly noDataState?: NoDataState | null;

  @Field(() => [AlertLabelInput], { nullable: true, description: 'All labels that its next alerts get.' })
  readonly labels?: readonly AlertLabelInput[] | null;

  @Field(() => [AlertLabelInput], { nullable: true, description: 'All texts about its alerts.' })
  readonly annotations?: readonly AlertLabelInput[] | null;

  @Field(() => [ID], { nullable: true, description: 'All rules whose alerts are parts of its own.' })
  readonly suppresses?: readonly string[] | null;

  @Field(() => [AlertContextInput], { nullable: true, description: 'All that is looked at when it fires.' })
  readonly context?: readonly AlertContextInput[] | null;

  @Field(() => EvaluationEnum, { nullable: true, description: 'Who evaluates it.' })
  readonly evaluation?: Evaluation | null;
}

@InputType('DeleteAlertRuleInput', { description: 'Which rule to end.' })
export class DeleteAlertRuleInput {
  @Field(() => ID, { description: 'The rule.' })
  readonly rule!: string;
}

@InputType('EvaluateAlertsInput', { description: 'Which ON_DEMAND rules to evaluate, as of when.' })
export class EvaluateAlertsInput {
  @Field(() => Date, {
    description:
      'The instant of the evaluation, at most a day from now: a replay gives its own. A rule never goes back in time.',
  })
  readonly at!: Date;

  @Field(() => ID, { nullable: true, description: 'Only rules of this deployment.' })
  readonly deployment?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Only these rules.' })
  readonly rules?: readonly string[] | null;
}
