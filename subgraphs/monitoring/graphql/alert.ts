import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import { parseUrn } from '../../../core/urn.ts';
import type { AlertSeverity } from '../domain/alert-rule.ts';
import type { Alert, AlertStatus } from '../domain/alert.ts';
import { alertUrn, ruleUrn } from '../alerting.ts';
import { READ } from './access.ts';
import { AlertRuleType } from './alert-rule.ts';
import { connectionOf } from './connection.ts';
import type { MonitoringContext } from './context.ts';
import { AlertSeverityEnum, AlertStatusEnum } from './enums.ts';
import { DeploymentType } from './references.ts';

@ObjectType('Alert', { description: "One run of a rule's condition, from its first hit to its end." })
@Directive('@key(fields: "id")')
@Access(READ)
export class AlertType {
  @Field(() => ID, { description: 'tiffin:<project>:alert:<rule>/<active since>.' })
  readonly id: string;

  @Field(() => AlertStatusEnum, { description: 'Where it stands.' })
  readonly status: AlertStatus;

  @Field(() => AlertSeverityEnum, { description: 'How urgent it is.' })
  readonly severity: AlertSeverity;

  @Field(() => DeploymentType, { nullable: true, description: 'The deployment that it is about.' })
  readonly deployment: DeploymentType;

  @Field(() => Date, { description: 'First evaluation at which the condition held.' })
  readonly activeAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it had held for long enough; null before that.' })
  readonly firedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it is open.' })
  readonly endedAt: Date | null;

  @Field(() => Float, { nullable: true, description: 'The last value seen; null where there was too little data.' })
  readonly value: number | null;

  @Field(() => Date, { description: 'When it was last evaluated.' })
  readonly evaluatedAt: Date;

  readonly alert: Alert;

  constructor(alert: Alert) {
    this.alert = alert;
    this.id = alertUrn(alert);
    this.status = alert.status;
    this.severity = alert.severity;
    this.deployment = new DeploymentType(alert.deployment);
    this.activeAt = alert.activeAt;
    this.firedAt = alert.firedAt;
    this.endedAt = alert.endedAt;
    this.value = alert.value;
    this.evaluatedAt = alert.evaluatedAt;
  }
}

export const AlertConnection = connectionOf('Alert', () => AlertType);
export type AlertPage = InstanceType<typeof AlertConnection>;

@ArgsType()
export class AlertPageArgs extends PageArgs {
  @Field(() => AlertStatusEnum, { nullable: true, description: 'Only alerts that stand here.' })
  readonly status?: AlertStatus | null;
}

@ArgsType()
export class AlertArgs extends AlertPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only alerts about this deployment.' })
  readonly deployment?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only alerts of this rule.' })
  readonly rule?: string | null;
}

interface About {
  readonly deployment?: string | null;
  readonly featureView?: string | null;
  readonly rule?: string | null;
}

export async function pageOfAlerts(
  args: AlertPageArgs,
  about: About,
  { reading }: MonitoringContext,
): Promise<AlertPage> {
  const page = pageRequest(args, ['string', 'string']);
  const rule = about.rule ? (parseUrn(about.rule).parts[0]?.name ?? null) : null;
  const { deployment = null, featureView = null } = about;
  const rows = await reading.alerts({ deployment, featureView, rule, status: args.status ?? null }, page);
  return toConnection(
    rows,
    page,
    (alert) => [alert.activeAt.toISOString(), alert.rule],
    (alert) => new AlertType(alert),
  );
}

@Resolver(() => AlertType)
export class AlertResolver {
  @Query(() => AlertType, { nullable: true, description: 'One alert by its id; null where there is none.' })
  @Access(READ)
  async alert(
    @Arg('id', () => ID, { description: 'tiffin:<project>:alert:<rule>/<active since>.' }) id: string,
    @Ctx() { reading }: MonitoringContext,
  ): Promise<AlertType | null> {
    const alert = await reading.alert.load(id);
    return alert && new AlertType(alert);
  }

  @Query(() => AlertConnection, { description: 'Alerts, the newest first.' })
  @Access(READ)
  alerts(@Args(() => AlertArgs) args: AlertArgs, @Ctx() context: MonitoringContext): Promise<AlertPage> {
    return pageOfAlerts(args, args, context);
  }

  @FieldResolver(() => AlertRuleType, {
    nullable: true,
    description: 'The rule that it comes from; null once it is deleted.',
  })
  @Access(READ)
  async rule(@Root() { alert }: AlertType, @Ctx() { reading }: MonitoringContext): Promise<AlertRuleType | null> {
    const found = await reading.alertRule.load(ruleUrn({ project: alert.project, name: alert.rule }));
    return found && new AlertRuleType(found);
  }
}
