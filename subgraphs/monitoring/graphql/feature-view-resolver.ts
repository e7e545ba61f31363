import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import type { Connection } from '../../shared/graphql/connection.ts';
import { READ } from './access.ts';
import { pageOfAlerts } from './alert/alert-resolver.ts';
import { AlertConnection, AlertPageArgs, type AlertType } from './alert/alert.ts';
import type { MonitoringContext } from './context.ts';
import { FeatureViewType } from './references.ts';

@Resolver(() => FeatureViewType)
export class FeatureViewResolver {
  @FieldResolver(() => AlertConnection, { nullable: true, description: 'Alerts on its features, the newest first.' })
  @Access(READ)
  alerts(
    @Root() { id }: FeatureViewType,
    @Args(() => AlertPageArgs) args: AlertPageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<AlertType>> {
    return pageOfAlerts(args, { featureView: id }, context);
  }
}
