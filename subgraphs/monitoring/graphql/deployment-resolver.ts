import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, type Connection } from '../../shared/graphql/connection.ts';
import { READ } from './access.ts';
import { pageOfAlerts } from './alert/alert-resolver.ts';
import { AlertConnection, AlertPageArgs, type AlertType } from './alert/alert.ts';
import type { MonitoringContext } from './context.ts';
import { ServedType, ServedWindowInput } from './deployment.ts';
import { pageOfNodes } from './node/edge-node-resolver.ts';
import { EdgeNodeConnection, type EdgeNodeType } from './node/edge-node.ts';
import { DeploymentType } from './references.ts';

@Resolver(() => DeploymentType)
export class DeploymentResolver {
  @FieldResolver(() => ServedType, { nullable: true, description: 'What has answered, as stored predictions prove.' })
  @Access(READ)
  async served(
    @Root() { id }: DeploymentType,
    @Ctx() context: MonitoringContext,
    @Arg('window', () => ServedWindowInput, { nullable: true, description: 'Which hours; the last 24 by default.' })
    window?: ServedWindowInput | null,
  ): Promise<ServedType> {
    const { at, hours = 24, trust = 'server' } = window ?? {};
    return new ServedType(await context.monitoring.reading.served(context, id, { at, hours, trust }));
  }

  @FieldResolver(() => AlertConnection, { nullable: true, description: 'Alerts about it, the newest first.' })
  @Access(READ)
  alerts(
    @Root() { id }: DeploymentType,
    @Args(() => AlertPageArgs) args: AlertPageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<AlertType>> {
    return pageOfAlerts(args, { deployment: id }, context);
  }

  @FieldResolver(() => EdgeNodeConnection, { nullable: true, description: 'Edge nodes that report it, by name.' })
  @Access(READ)
  nodes(
    @Root() { id }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<EdgeNodeType>> {
    return pageOfNodes(args, id, context);
  }
}
