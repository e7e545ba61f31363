import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { inboxType, type Inbox } from '../../shared/graphql/inbox.ts';
import { READ } from './access.ts';
import type { MonitoringContext } from './context.ts';
import { IncidentConnection, IncidentType } from './incident/incident.ts';
import { EdgeNodeConnection, EdgeNodeType } from './node/edge-node.ts';
import { ResponseRunConnection, ResponseRunType } from './response/run.ts';

export const InboxType = inboxType(READ);

@Resolver(() => InboxType)
export class InboxResolver {
  @FieldResolver(() => IncidentConnection, { nullable: true, description: 'Open incidents that nobody is on.' })
  @Access(READ)
  incidents(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<IncidentType>> {
    return pageOf(args, {
      sortedBy: ['time', 'uuid'],
      rows: (page) => context.monitoring.inbox.incidents(context, id, page),
      keyOf: ({ startedAt, id: own }) => [startedAt.toISOString(), own],
      nodeOf: (incident) => new IncidentType(incident),
    });
  }

  @FieldResolver(() => ResponseRunConnection, {
    nullable: true,
    description: 'Runs of response policies that ask somebody who did not make the policy.',
  })
  @Access(READ)
  responseRuns(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ResponseRunType>> {
    return pageOf(args, {
      sortedBy: ['time', 'uuid'],
      rows: (page) => context.monitoring.inbox.runs(context, id, page),
      keyOf: ({ startedAt, id: own }) => [startedAt.toISOString(), own],
      nodeOf: (run) => new ResponseRunType(run),
    });
  }

  @FieldResolver(() => EdgeNodeConnection, {
    nullable: true,
    description: 'Edge nodes that go on with a manifest that is old.',
  })
  @Access(READ)
  edgeNodes(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<EdgeNodeType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.monitoring.inbox.nodes(context, id, page),
      keyOf: ({ node }) => [node],
      nodeOf: (row) => new EdgeNodeType(row),
    });
  }
}
