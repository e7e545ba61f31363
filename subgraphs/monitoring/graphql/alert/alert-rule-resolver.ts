import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { alertRuleUrn, parsedId } from '../../domain/ids.ts';
import { READ, WRITE } from '../access.ts';
import {
  AlertRuleArgs,
  AlertRuleConnection,
  AlertRulePayload,
  AlertRuleType,
  EvaluateAlertsPayload,
} from './alert-rule.ts';
import {
  CreateAlertRuleInput,
  DeleteAlertRuleInput,
  EvaluateAlertsInput,
  UpdateAlertRuleInput,
} from './alert-rule-input.ts';
import { AlertSeriesConnection, AlertSeriesType } from './alert-series.ts';
import type { MonitoringContext } from '../context.ts';

@Resolver(() => AlertRuleType)
export class AlertRuleResolver {
  @Query(() => AlertRuleType, { nullable: true, description: 'One alert rule by its id; null where there is none.' })
  @Access(READ)
  async alertRule(
    @Arg('id', () => ID, { description: 'tiffin:<project>:alert-rule:<name>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<AlertRuleType | null> {
    const found = await loaders.alertRule.load(parsedId(alertRuleUrn, actor.project, id, 'id'));
    return found && new AlertRuleType(found);
  }

  @Query(() => AlertRuleConnection, { description: 'Alert rules by name.' })
  @Access(READ)
  alertRules(
    @Args(() => AlertRuleArgs) args: AlertRuleArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<AlertRuleType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.monitoring.reading.alertRules(context, args.deployment, page),
      keyOf: ({ rule }) => [rule.name],
      nodeOf: (row) => new AlertRuleType(row),
    });
  }

  @FieldResolver(() => AlertSeriesConnection, {
    description:
      'Its series, by fingerprint: those that are pending or firing, and all that it knows where missing data matter to it.',
  })
  series(
    @Root() { rule }: AlertRuleType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<AlertSeriesType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.monitoring.reading.seriesOfRule(context, rule, page),
      keyOf: ({ fingerprint }) => [fingerprint],
      nodeOf: (series) => new AlertSeriesType(series),
    });
  }

  @Mutation(() => AlertRulePayload, { description: 'Makes an alert rule.' })
  @Access(WRITE)
  async createAlertRule(
    @Input(() => CreateAlertRuleInput, 'The rule.') input: CreateAlertRuleInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertRulePayload> {
    const { value, eventCursor } = await context.monitoring.alerting.createRule(context, input);
    return { rule: new AlertRuleType(value), eventCursor };
  }

  @Mutation(() => AlertRulePayload, {
    description: 'Changes settings of an alert rule in place; its alerts stay.',
  })
  @Access(WRITE)
  async updateAlertRule(
    @Input(() => UpdateAlertRuleInput, 'Which rule, and what is to be different.') input: UpdateAlertRuleInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertRulePayload> {
    const { value, eventCursor } = await context.monitoring.alerting.updateRule(context, input);
    return { rule: new AlertRuleType(value), eventCursor };
  }

  @Mutation(() => AlertRulePayload, {
    description: 'Ends an alert rule and its open alert; past alerts stay readable.',
  })
  @Access(WRITE)
  async deleteAlertRule(
    @Input(() => DeleteAlertRuleInput, 'Which rule.') { rule }: DeleteAlertRuleInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertRulePayload> {
    const { value, eventCursor } = await context.monitoring.alerting.deleteRule(context, rule);
    return { rule: new AlertRuleType(value), eventCursor };
  }

  @Mutation(() => EvaluateAlertsPayload, {
    description: 'Evaluates the ON_DEMAND rules that are due as of an instant.',
  })
  @Access(WRITE)
  async evaluateAlerts(
    @Input(() => EvaluateAlertsInput, 'Which rules, as of when.') input: EvaluateAlertsInput,
    @Ctx() context: MonitoringContext,
  ): Promise<EvaluateAlertsPayload> {
    const evaluated = await context.monitoring.alerting.evaluateOnDemand(context, input);
    return { evaluated: evaluated.map((row) => new AlertRuleType(row)) };
  }
}
