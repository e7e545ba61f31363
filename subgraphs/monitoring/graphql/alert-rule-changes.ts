import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  Float,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import { DomainError } from '../../../core/errors.ts';
import { parseUrn } from '../../../core/urn.ts';
import { Name } from '../../../schema/common.ts';
import type { Comparison } from '../../../core/statistics/threshold.ts';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import type { AlertSeverity, Evaluation, NoDataState } from '../domain/alert-rule.ts';
import type { Signal } from '../domain/alert-signal.ts';
import { READ, WRITE } from './access.ts';
import { AlertRuleConnection, AlertRuleType } from './alert-rule.ts';
import type { MonitoringContext } from './context.ts';
import { AlertSeverityEnum, ComparisonEnum, EvaluationEnum, NoDataStateEnum, SignalEnum } from './enums.ts';
import { TimeWindowInput } from './time-window.ts';

const DEFAULT_MIN_ROWS = 100;

@InputType('CreateAlertRuleInput', { description: 'A condition on one signal of a deployment.' })
export class CreateAlertRuleInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is for, and what to do.' })
  readonly description!: string;

  @Field(() => ID, { description: 'The deployment to watch.' })
  readonly deployment!: string;

  @Field(() => SignalEnum, { description: 'What to watch.' })
  readonly signal!: Signal;

  @Field(() => String, {
    nullable: true,
    description: 'The feature to watch, as `view__feature`, or an input by its name; for the FEATURE_… signals.',
  })
  readonly feature?: string | null;

  @Field(() => ID, { nullable: true, description: 'The pinned view of that feature: the alerts show there too.' })
  readonly featureView?: string | null;

  @Field(() => ComparisonEnum, { description: 'How to hold the value against the threshold.' })
  readonly comparison!: Comparison;

  @Field(() => Float, { description: 'The threshold.' })
  readonly threshold!: number;

  @Field(() => Int, { description: 'Length of the window that the signal is computed over.' })
  readonly windowSeconds!: number;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How long before the evaluation the window ends: late outcomes need it.',
  })
  readonly delaySeconds!: number;

  @Field(() => Int, { defaultValue: 0, description: 'How long the condition must hold before the alert fires.' })
  readonly forSeconds!: number;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How long the alert goes on firing after the condition has ended.',
  })
  readonly keepFiringForSeconds!: number;

  @Field(() => Int, { defaultValue: 60, description: 'Least time between two evaluations.' })
  readonly evaluationIntervalSeconds!: number;

  @Field(() => Int, {
    nullable: true,
    description: `Fewer rows than this are no data; ${DEFAULT_MIN_ROWS} unless told. Not for ANSWER_RATE.`,
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
    description: 'What too little data means: missing data is not healthy unless you say so.',
  })
  readonly noDataState!: NoDataState;

  @Field(() => EvaluationEnum, { defaultValue: 'AUTOMATIC', description: 'Who evaluates it.' })
  readonly evaluation!: Evaluation;
}

@InputType('DeleteAlertRuleInput', { description: 'Which rule to end.' })
export class DeleteAlertRuleInput {
  @Field(() => ID, { description: 'The rule.' })
  readonly rule!: string;
}

@InputType('EvaluateAlertsInput', { description: 'Which ON_DEMAND rules to evaluate, as of when.' })
export class EvaluateAlertsInput {
  @Field(() => Date, {
    description: 'The instant of the evaluation: a replay gives its own. A rule never goes back in time.',
  })
  readonly at!: Date;

  @Field(() => ID, { nullable: true, description: 'Only rules of this deployment.' })
  readonly deployment?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Only these rules.' })
  readonly rules?: readonly string[] | null;
}

@ObjectType('AlertRulePayload', { description: 'A changed rule.' })
@Access(READ)
export class AlertRulePayload {
  @Field(() => AlertRuleType, { description: 'The rule after the change.' })
  readonly rule!: AlertRuleType;

  @Field(() => String, { description: 'Pass it as after to search or lineage to see the change there.' })
  readonly eventCursor!: string;
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

function ruleName(id: string): string {
  const { kind, parts } = parseUrn(id);
  const name = parts[0]?.name;
  if (kind === 'alert-rule' && name !== undefined) return name;
  throw new DomainError('INVALID_INPUT', `"${id}" is no id of an alert rule`, { field: 'rule' });
}

function checkedName(name: string): string {
  if (Name.safeParse(name).success) return name;
  throw new DomainError(
    'INVALID_INPUT',
    'name: a name begins with a letter and has letters, digits, "_", "-" and "."',
    {
      field: 'name',
    },
  );
}

@Resolver(() => AlertRuleType)
export class AlertRuleResolver {
  @Query(() => AlertRuleType, { nullable: true, description: 'One alert rule by its id; null where there is none.' })
  @Access(READ)
  async alertRule(
    @Arg('id', () => ID, { description: 'tiffin:<project>:alert-rule:<name>.' }) id: string,
    @Ctx() { reading }: MonitoringContext,
  ): Promise<AlertRuleType | null> {
    const found = await reading.alertRule.load(id);
    return found && new AlertRuleType(found);
  }

  @Query(() => AlertRuleConnection, { description: 'Alert rules by name.' })
  @Access(READ)
  async alertRules(
    @Args(() => AlertRuleArgs) args: AlertRuleArgs,
    @Ctx() { reading }: MonitoringContext,
  ): Promise<InstanceType<typeof AlertRuleConnection>> {
    const page = pageRequest(args, ['string']);
    const rows = await reading.alertRules(args.deployment ?? null, page);
    return toConnection(
      rows,
      page,
      ({ rule }) => [rule.name],
      (row) => new AlertRuleType(row),
    );
  }

  @Mutation(() => AlertRulePayload, { description: 'Makes an alert rule.' })
  @Access(WRITE)
  async createAlertRule(
    @Arg('input', () => CreateAlertRuleInput, { description: 'The rule.' }) input: CreateAlertRuleInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertRulePayload> {
    const { feature = null, featureView = null, baseline } = input;
    const minRows = input.minRows ?? (input.signal === 'ANSWER_RATE' ? null : DEFAULT_MIN_ROWS);
    const { rule, eventCursor } = await context.alerting.createRule(
      {
        name: checkedName(input.name),
        description: input.description,
        deployment: input.deployment,
        signal: input.signal,
        feature,
        featureView,
        comparison: input.comparison,
        threshold: input.threshold,
        windowSeconds: input.windowSeconds,
        delaySeconds: input.delaySeconds,
        forSeconds: input.forSeconds,
        keepFiringForSeconds: input.keepFiringForSeconds,
        evaluationIntervalSeconds: input.evaluationIntervalSeconds,
        minRows,
        baseline: baseline ? { from: baseline.from, to: baseline.to } : null,
        severity: input.severity,
        noDataState: input.noDataState,
        evaluation: input.evaluation,
      },
      context,
    );
    return { rule: new AlertRuleType({ rule, state: context.alerting.newRule }), eventCursor };
  }

  @Mutation(() => AlertRulePayload, {
    description: 'Ends an alert rule and its open alert; past alerts stay readable.',
  })
  @Access(WRITE)
  async deleteAlertRule(
    @Arg('input', () => DeleteAlertRuleInput, { description: 'Which rule.' }) { rule: id }: DeleteAlertRuleInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertRulePayload> {
    const { rule, eventCursor } = await context.alerting.deleteRule(ruleName(id), context);
    return { rule: new AlertRuleType({ rule, state: context.alerting.newRule }), eventCursor };
  }

  @Mutation(() => EvaluateAlertsPayload, {
    description: 'Evaluates the ON_DEMAND rules that are due as of an instant.',
  })
  @Access(WRITE)
  async evaluateAlerts(
    @Arg('input', () => EvaluateAlertsInput, { description: 'Which rules, as of when.' }) input: EvaluateAlertsInput,
    @Ctx() context: MonitoringContext,
  ): Promise<EvaluateAlertsPayload> {
    const { at, deployment, rules } = input;
    const wanted = { ...(deployment && { deployment }), ...(rules && { names: rules.map(ruleName) }) };
    const evaluated = await context.alerting.evaluateOnDemand(at, wanted, context);
    return { evaluated: evaluated.map((row) => new AlertRuleType(row)) };
  }
}
