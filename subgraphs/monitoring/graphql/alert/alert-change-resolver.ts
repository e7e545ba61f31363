import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { source, type AssetChange } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';
import { AlertChangeArgs, AlertChangeType } from './alert-change.ts';
import { AlertType } from './alert.ts';
import type { MonitoringContext } from '../context.ts';

@Resolver(() => AlertChangeType)
export class AlertChangeResolver {
  @Subscription(() => AlertChangeType, {
    description: 'Alerts as they begin, fire and end; also those under a silence.',
    subscribe: source((args: AlertChangeArgs, context: MonitoringContext) =>
      context.monitoring.alertChanges.follow(context, args),
    ),
  })
  @Access(READ)
  alertChanged(@Root() change: AssetChange, @Args(() => AlertChangeArgs) _args: AlertChangeArgs): AlertChangeType {
    return new AlertChangeType(change);
  }

  @FieldResolver(() => AlertType, { nullable: true, description: 'The alert as it is now; null once it is gone.' })
  async alert(@Root() { event }: AlertChangeType, @Ctx() { loaders }: MonitoringContext): Promise<AlertType | null> {
    const alert = await loaders.alert.load(event.urn);
    return alert && new AlertType(alert);
  }
}
