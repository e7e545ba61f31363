import { Ctx, Field, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { AlertRouting } from '../../domain/notify/routing.ts';
import { READ, WRITE } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { ReportLineType } from './report.ts';

@ObjectType('AlertRouting', { description: 'Where the alerts of a project go.' })
@Access(READ)
export class AlertRoutingType {
  @Field(() => String, { description: 'As it was given, in the form of Alertmanager.' })
  readonly config: string;

  @Field(() => Int, { description: 'Grows with each change.' })
  readonly revision: number;

  @Field(() => Date, { description: 'When it was set.' })
  readonly changedAt: Date;

  @Field(() => String, { description: 'Who set it.' })
  readonly changedBy: string;

  constructor({ text, revision, at, changedBy }: AlertRouting) {
    this.config = text;
    this.revision = revision;
    this.changedAt = at;
    this.changedBy = changedBy;
  }
}

@InputType('SetAlertRoutingInput', { description: 'Where alerts go.' })
export class SetAlertRoutingInput {
  @Field(() => String, {
    description:
      'YAML as Alertmanager takes it: `route` with matchers, groups, waits and routes, and `inhibit_rules`. In a route `escalate: [{ after: 5m, receiver: pager }]` says who is told next while nobody acknowledges.',
  })
  readonly config!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Only says what would come of it.' })
  readonly dryRun!: boolean;
}

@ObjectType('SetAlertRoutingPayload', { description: 'What came of it.' })
@Access(READ)
export class SetAlertRoutingPayload {
  @Field(() => Boolean, { description: 'Whether it is in force: nothing of it is where a line was refused.' })
  readonly applied!: boolean;

  @Field(() => AlertRoutingType, { nullable: true, description: 'What is in force now; null: nobody is notified.' })
  readonly routing!: AlertRoutingType | null;

  @Field(() => [ReportLineType], { description: 'Line by line, in the order of the file.' })
  readonly report!: readonly ReportLineType[];
}

@Resolver()
export class AlertRoutingResolver {
  @Query(() => AlertRoutingType, { nullable: true, description: 'Where alerts go; null where nobody is notified.' })
  @Access(READ)
  async alertRouting(@Ctx() context: MonitoringContext): Promise<AlertRoutingType | null> {
    const routing = await context.monitoring.routings.find(context);
    return routing && new AlertRoutingType(routing);
  }

  @Mutation(() => SetAlertRoutingPayload, { description: 'Says where alerts go, all at once.' })
  @Access(WRITE)
  async setAlertRouting(
    @Input(() => SetAlertRoutingInput, 'The routes.') input: SetAlertRoutingInput,
    @Ctx() context: MonitoringContext,
  ): Promise<SetAlertRoutingPayload> {
    const { routing, applied, report } = await context.monitoring.routings.set(context, input);
    return { routing: routing && new AlertRoutingType(routing), applied, report };
  }
}
