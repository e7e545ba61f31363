import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { source, type AssetChange } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { IncidentChangeArgs, IncidentChangeType } from './incident-change.ts';
import { IncidentType } from './incident.ts';

@Resolver(() => IncidentChangeType)
export class IncidentChangeResolver {
  @Subscription(() => IncidentChangeType, {
    description: 'Incidents as they begin, grow, are worked on and end.',
    subscribe: source((args: IncidentChangeArgs, context: MonitoringContext) =>
      context.monitoring.incidentChanges.follow(context, args),
    ),
  })
  @Access(READ)
  incidentChanged(
    @Root() change: AssetChange,
    @Args(() => IncidentChangeArgs) _args: IncidentChangeArgs,
  ): IncidentChangeType {
    return new IncidentChangeType(change);
  }

  @FieldResolver(() => IncidentType, { nullable: true, description: 'The incident as it is now.' })
  async incident(
    @Root() { event }: IncidentChangeType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<IncidentType | null> {
    const incident = await loaders.incident.load(event.urn);
    return incident && new IncidentType(incident);
  }
}
