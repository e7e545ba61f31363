import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { alertRuleUrn, alertUrn, parsedId } from '../../domain/ids.ts';
import type { AlertsInput } from '../../operations/reading.ts';
import { READ, WRITE } from '../access.ts';
import { AlertRuleType } from './alert-rule.ts';
import {
  AcknowledgeAlertInput,
  AlertArgs,
  AlertConnection,
  AlertPayload,
  AlertType,
  WithdrawAcknowledgementInput,
  type AlertPageArgs,
} from './alert.ts';
import type { MonitoringContext } from '../context.ts';

/** Alerts about one thing, or all, the newest first. */
export function pageOfAlerts(
  args: AlertPageArgs,
  about: Omit<AlertsInput, 'status'>,
  context: MonitoringContext,
): Promise<Connection<AlertType>> {
  const { deployment, featureView, rule } = about;
  return pageOf(args, {
    sortedBy: ['time', 'string', 'string'],
    rows: (page) =>
      context.monitoring.reading.alerts(context, { deployment, featureView, rule, status: args.status }, page),
    keyOf: (alert) => [alert.activeAt.toISOString(), alert.rule, alert.fingerprint],
    nodeOf: (alert) => new AlertType(alert),
  });
}

@Resolver(() => AlertType)
export class AlertResolver {
  @Query(() => AlertType, { nullable: true, description: 'One alert by its id; null where there is none.' })
  @Access(READ)
  async alert(
    @Arg('id', () => ID, { description: 'tiffin:<project>:alert:<rule>/<series>/<active since>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<AlertType | null> {
    const alert = await loaders.alert.load(parsedId(alertUrn, actor.project, id, 'id'));
    return alert && new AlertType(alert);
  }

  @Query(() => AlertConnection, { description: 'Alerts, the newest first.' })
  @Access(READ)
  alerts(@Args(() => AlertArgs) args: AlertArgs, @Ctx() context: MonitoringContext): Promise<Connection<AlertType>> {
    return pageOfAlerts(args, args, context);
  }

  @Mutation(() => AlertPayload, { description: 'Says that the caller is on an alert: its ladder is not climbed.' })
  @Access(WRITE)
  async acknowledgeAlert(
    @Input(() => AcknowledgeAlertInput, 'Which alert, and what is being done.') input: AcknowledgeAlertInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertPayload> {
    const { value, eventCursor } = await context.monitoring.acknowledging.acknowledge(context, input);
    return { alert: new AlertType(value), eventCursor };
  }

  @Mutation(() => AlertPayload, { description: 'Takes an acknowledgement back: the ladder is climbed on.' })
  @Access(WRITE)
  async withdrawAcknowledgement(
    @Input(() => WithdrawAcknowledgementInput, 'Which alert.') { alert }: WithdrawAcknowledgementInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertPayload> {
    const { value, eventCursor } = await context.monitoring.acknowledging.withdraw(context, alert);
    return { alert: new AlertType(value), eventCursor };
  }

  @FieldResolver(() => AlertRuleType, {
    nullable: true,
    description: 'The rule that it comes from; null once it is deleted.',
  })
  @Access(READ)
  async rule(@Root() { alert }: AlertType, @Ctx() { loaders }: MonitoringContext): Promise<AlertRuleType | null> {
    const found = await loaders.alertRule.load(alertRuleUrn.format({ project: alert.project, name: alert.rule }));
    return found && new AlertRuleType(found);
  }
}
