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
import { DomainError } from '../../../core/errors.ts';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import type { EdgeNode, NodeDeployment } from '../domain/edge-node.ts';
import type { Trust } from '../domain/trust.ts';
import { accountOf, accountOfDay, nodeUrn } from '../nodes.ts';
import { READ } from './access.ts';
import { AccountingType } from './accounting.ts';
import { connectionOf } from './connection.ts';
import type { MonitoringContext } from './context.ts';
import { TrustEnum } from './enums.ts';
import { DeploymentType } from './references.ts';

@ObjectType('NodeDeployment', { description: 'What a node serves of one deployment, as it says itself.' })
@Access(READ)
export class NodeDeploymentType {
  @Field(() => DeploymentType, { nullable: true, description: 'The deployment.' })
  readonly deployment: DeploymentType;

  @Field(() => [String], { description: 'SHA-256 of the releases it can answer with.' })
  readonly serving: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: "Why it does not honour the newest manifest's entry; null where it does.",
  })
  readonly refused: string | null;

  constructor({ deployment, serving, refused }: NodeDeployment) {
    this.deployment = new DeploymentType(deployment);
    this.serving = serving;
    this.refused = refused;
  }
}

@ObjectType('EdgeNode', { description: 'A running edge, known by its heartbeats.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class EdgeNodeType {
  @Field(() => ID, { description: 'tiffin:<project>:edge-node:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'The name it gives itself.' })
  readonly name: string;

  @Field(() => TrustEnum, { description: 'Whether it is enrolled or a device.' })
  readonly trust: Trust;

  @Field(() => String, { description: 'What it runs on.' })
  readonly runtime: string;

  @Field(() => Date, { description: 'When its first heartbeat arrived.' })
  readonly firstSeenAt: Date;

  @Field(() => Date, { description: 'When its newest heartbeat arrived.' })
  readonly lastSeenAt: Date;

  @Field(() => Date, { description: 'When it wrote that heartbeat, by its own clock.' })
  readonly reportedAt: Date;

  @Field(() => Float, { description: 'Revision of the manifest that it holds.' })
  readonly manifestRevision: number;

  @Field(() => Float, { description: 'Milliseconds since that manifest was confirmed.' })
  readonly manifestAgeMs: number;

  @Field(() => Boolean, { description: 'Whether it goes on with a manifest that has expired.' })
  readonly stale: boolean;

  @Field(() => [NodeDeploymentType], { description: 'What it serves.' })
  readonly serving: readonly NodeDeploymentType[];

  readonly known: EdgeNode;

  constructor(known: EdgeNode) {
    this.known = known;
    this.id = nodeUrn(known);
    this.name = known.node;
    this.trust = known.trust;
    this.runtime = known.runtime;
    this.firstSeenAt = known.firstSeenAt;
    this.lastSeenAt = known.receivedAt;
    this.reportedAt = known.at;
    this.manifestRevision = known.manifestRevision;
    this.manifestAgeMs = known.manifestAgeMs;
    this.stale = known.stale;
    this.serving = known.deployments.map((deployment) => new NodeDeploymentType(deployment));
  }
}

export const EdgeNodeConnection = connectionOf('EdgeNode', () => EdgeNodeType);

export async function pageOfNodes(
  args: PageArgs,
  deployment: string | null,
  { reading }: MonitoringContext,
): Promise<InstanceType<typeof EdgeNodeConnection>> {
  const page = pageRequest(args, ['string']);
  const rows = await reading.edgeNodes(deployment, page);
  return toConnection(
    rows,
    page,
    ({ node }) => [node],
    (row) => new EdgeNodeType(row),
  );
}

@ArgsType()
export class EdgeNodeArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only nodes that report this deployment.' })
  readonly deployment?: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function checkDay(day: string): string {
  if (DAY.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`))) return day;
  throw new DomainError('INVALID_INPUT', `day is "${day}"; write a UTC day as 2026-03-01`, { field: 'day' });
}

@Resolver(() => EdgeNodeType)
export class EdgeNodeResolver {
  @Query(() => EdgeNodeType, { nullable: true, description: 'One edge node by its id; null where there is none.' })
  @Access(READ)
  async edgeNode(
    @Arg('id', () => ID, { description: 'tiffin:<project>:edge-node:<name>.' }) id: string,
    @Ctx() { reading }: MonitoringContext,
  ): Promise<EdgeNodeType | null> {
    const node = await reading.edgeNode.load(id);
    return node && new EdgeNodeType(node);
  }

  @Query(() => EdgeNodeConnection, { description: 'The edge nodes that have ever reported, by name.' })
  @Access(READ)
  edgeNodes(
    @Args(() => EdgeNodeArgs) args: EdgeNodeArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<InstanceType<typeof EdgeNodeConnection>> {
    return pageOfNodes(args, args.deployment ?? null, context);
  }

  @FieldResolver(() => AccountingType, { description: 'Where every prediction is that the node has answered.' })
  @Access(READ)
  async accounting(
    @Root() { known }: EdgeNodeType,
    @Ctx() { db }: MonitoringContext,
    @Arg('day', () => String, {
      nullable: true,
      description: 'A UTC day, 2026-03-01: from the last heartbeat before it to the last one on it. Else all time.',
    })
    day?: string | null,
  ): Promise<AccountingType> {
    return new AccountingType(await (day ? accountOfDay(db, known, checkDay(day)) : accountOf(db, known)));
  }
}
