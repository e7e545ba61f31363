import { Arg, Args, Ctx, FieldResolver, Float, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection, type PageArgs } from '../../../shared/graphql/connection.ts';
import { edgeNodeUrn, parsedId } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import { AccountingType } from '../record/accounting.ts';
import type { MonitoringContext } from '../context.ts';
import { EdgeNodeArgs, EdgeNodeConnection, EdgeNodeType } from './edge-node.ts';

/** Nodes that report a deployment, or all, by name. */
export const pageOfNodes = (
  args: PageArgs,
  deployment: string | null | undefined,
  context: MonitoringContext,
): Promise<Connection<EdgeNodeType>> =>
  pageOf(args, {
    sortedBy: ['string'],
    rows: (page) => context.monitoring.reading.edgeNodes(context, deployment, page),
    keyOf: ({ node }) => [node],
    nodeOf: (row) => new EdgeNodeType(row),
  });

@Resolver(() => EdgeNodeType)
export class EdgeNodeResolver {
  @Query(() => EdgeNodeType, { nullable: true, description: 'One edge node by its id; null where there is none.' })
  @Access(READ)
  async edgeNode(
    @Arg('id', () => ID, { description: 'tiffin:<project>:edge-node:<name>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<EdgeNodeType | null> {
    const node = await loaders.edgeNode.load(parsedId(edgeNodeUrn, actor.project, id, 'id'));
    return node && new EdgeNodeType(node);
  }

  @Query(() => EdgeNodeConnection, { description: 'The edge nodes that have ever reported, by name.' })
  @Access(READ)
  edgeNodes(
    @Args(() => EdgeNodeArgs) args: EdgeNodeArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<EdgeNodeType>> {
    return pageOfNodes(args, args.deployment, context);
  }

  @FieldResolver(() => AccountingType, { description: 'Where every prediction is that the node has answered.' })
  @Access(READ)
  async accounting(
    @Root() { known }: EdgeNodeType,
    @Ctx() context: MonitoringContext,
    @Arg('day', () => String, {
      nullable: true,
      description: 'A UTC day, 2026-03-01: from the last heartbeat before it to the last one on it. Else all time.',
    })
    day?: string | null,
  ): Promise<AccountingType> {
    return new AccountingType(await context.monitoring.nodes.account(context, known, day ?? null));
  }
  @FieldResolver(() => Float, {
    description:
      'Answers that its profiles count, over all its epochs: those that it answered, but for what testers forced, what is still being counted, and what a killed process had not written yet.',
  })
  @Access(READ)
  profiled(@Root() { known }: EdgeNodeType, @Ctx() context: MonitoringContext): Promise<number> {
    return context.monitoring.nodes.profiled(context, known);
  }
}
