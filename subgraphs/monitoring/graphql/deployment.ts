import { Arg, Args, Ctx, Field, FieldResolver, Float, InputType, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { DomainError } from '../../../core/errors.ts';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs } from '../../shared/graphql/connection.ts';
import type { Trust } from '../domain/trust.ts';
import { READ } from './access.ts';
import { AlertConnection, AlertPageArgs, pageOfAlerts, type AlertPage } from './alert.ts';
import type { MonitoringContext } from './context.ts';
import { EdgeNodeConnection, pageOfNodes } from './edge-node.ts';
import { TrustEnum } from './enums.ts';
import { DeploymentType, ModelVersionType } from './references.ts';

@ObjectType('ServedRelease', { description: 'A release that has answered, as its predictions prove.' })
@Access(READ)
export class ServedReleaseType {
  @Field(() => String, { description: 'SHA-256 of the release.' })
  readonly release!: string;

  @Field(() => ModelVersionType, { nullable: true, description: 'Its model version.' })
  readonly modelVersion!: ModelVersionType;

  @Field(() => Float, { description: 'Answers that are stored.' })
  readonly answers!: number;

  @Field(() => Float, { description: 'Those that a fallback gave.' })
  readonly fallbacks!: number;

  @Field(() => Date, { description: 'The first of them in the window.' })
  readonly firstAt!: Date;

  @Field(() => Date, { description: 'The last of them in the window.' })
  readonly lastAt!: Date;
}

@ObjectType('Served', { description: 'What answered for a deployment, beside what the registry ordered.' })
@Access(READ)
export class ServedType {
  @Field(() => [ServedReleaseType], { description: 'The releases that answered, the latest first.' })
  readonly releases!: readonly ServedReleaseType[];

  @Field(() => ModelVersionType, {
    nullable: true,
    description: 'The live version that the registry told last; null before it told any.',
  })
  readonly ordered!: ModelVersionType | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the latest answers come from the live version or an arm; null without answers or without an order.',
  })
  readonly agrees!: boolean | null;
}

@InputType('ServedWindowInput', { description: 'Which hours of predictions to look at.' })
export class ServedWindowInput {
  @Field(() => Date, { nullable: true, description: 'Where the window ends; now unless told.' })
  readonly at?: Date;

  @Field(() => Int, { defaultValue: 24, description: 'How many hours before that; the first is taken whole.' })
  readonly hours!: number;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}

const HOUR_MS = 3_600_000;

@Resolver(() => DeploymentType)
export class DeploymentResolver {
  @FieldResolver(() => ServedType, { nullable: true, description: 'What has answered, as stored predictions prove.' })
  @Access(READ)
  async served(
    @Root() { id }: DeploymentType,
    @Ctx() { reading, now }: MonitoringContext,
    @Arg('window', () => ServedWindowInput, { nullable: true, description: 'Which hours; the last 24 unless told.' })
    window?: ServedWindowInput | null,
  ): Promise<ServedType> {
    const { at = now(), hours = 24, trust = 'server' } = window ?? {};
    if (hours < 1 || hours > 24 * 366) {
      throw new DomainError('INVALID_INPUT', `hours is ${hours}; allowed: 1 to ${24 * 366}`, { field: 'hours' });
    }
    const from = new Date(at.getTime() - hours * HOUR_MS);
    const rows = await reading.served(id, trust, { from, to: at });
    const ordered = await reading.ordered(id);
    const expected = [ordered?.liveModelVersion, ...(ordered?.allocation?.arms.map((arm) => arm.modelVersion) ?? [])];
    const latest = rows[0];
    return {
      releases: rows.map((row) => ({ ...row, modelVersion: new ModelVersionType(row.modelVersion) })),
      ordered: ordered?.liveModelVersion ? new ModelVersionType(ordered.liveModelVersion) : null,
      agrees: latest && ordered ? expected.includes(latest.modelVersion) : null,
    };
  }

  @FieldResolver(() => AlertConnection, { nullable: true, description: 'Alerts about it, the newest first.' })
  @Access(READ)
  alerts(
    @Root() { id }: DeploymentType,
    @Args(() => AlertPageArgs) args: AlertPageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<AlertPage> {
    return pageOfAlerts(args, { deployment: id }, context);
  }

  @FieldResolver(() => EdgeNodeConnection, { nullable: true, description: 'Edge nodes that report it, by name.' })
  @Access(READ)
  nodes(
    @Root() { id }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<InstanceType<typeof EdgeNodeConnection>> {
    return pageOfNodes(args, id, context);
  }
}
