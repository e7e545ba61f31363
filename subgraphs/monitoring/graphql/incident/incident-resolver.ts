import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { incidentUrn, parsedId } from '../../domain/ids.ts';
import { READ, WRITE } from '../access.ts';
import { IncidentFiguresArgs, IncidentFiguresType } from './incident-figures.ts';
import { AlertType } from '../alert/alert.ts';
import type { MonitoringContext } from '../context.ts';
import {
  AcknowledgeIncidentInput,
  AddIncidentNoteInput,
  GiveIncidentRoleInput,
  IncidentArgs,
  IncidentPayload,
  ResolveIncidentInput,
} from './incident-input.ts';
import { IncidentConnection, IncidentType } from './incident.ts';

@Resolver(() => IncidentType)
export class IncidentResolver {
  @Query(() => IncidentType, { nullable: true, description: 'One incident by its id; null where there is none.' })
  @Access(READ)
  async incident(
    @Arg('id', () => ID, { description: 'tiffin:<project>:incident:<uuid>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<IncidentType | null> {
    const incident = await loaders.incident.load(parsedId(incidentUrn, actor.project, id, 'id'));
    return incident && new IncidentType(incident);
  }

  @Query(() => IncidentConnection, { description: 'Incidents, the newest first.' })
  @Access(READ)
  incidents(
    @Args(() => IncidentArgs) args: IncidentArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<IncidentType>> {
    return pageOf(args, {
      sortedBy: ['time', 'uuid'],
      rows: (page) => context.monitoring.incidents.list(context, args, page),
      keyOf: ({ startedAt, id }) => [startedAt.toISOString(), id],
      nodeOf: (incident) => new IncidentType(incident),
    });
  }

  @Query(() => IncidentFiguresType, {
    description: 'How much there was, how much of it was false, and how long it took.',
  })
  @Access(READ)
  async incidentFigures(
    @Args(() => IncidentFiguresArgs) args: IncidentFiguresArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<IncidentFiguresType> {
    return new IncidentFiguresType(await context.monitoring.incidents.figures(context, args));
  }

  @Mutation(() => IncidentPayload, {
    description: 'Says that the caller is on an incident and on its open alerts: no ladder is climbed.',
  })
  @Access(WRITE)
  async acknowledgeIncident(
    @Input(() => AcknowledgeIncidentInput, 'Which incident, and what is being done.') input: AcknowledgeIncidentInput,
    @Ctx() context: MonitoringContext,
  ): Promise<IncidentPayload> {
    const { value, eventCursor } = await context.monitoring.incidents.acknowledge(context, input);
    return { incident: new IncidentType(value), eventCursor };
  }

  @Mutation(() => IncidentPayload, { description: 'Keeps what was found or done in the timeline of an incident.' })
  @Access(WRITE)
  async addIncidentNote(
    @Input(() => AddIncidentNoteInput, 'Which incident, and what.') input: AddIncidentNoteInput,
    @Ctx() context: MonitoringContext,
  ): Promise<IncidentPayload> {
    const { value, eventCursor } = await context.monitoring.incidents.addNote(context, input);
    return { incident: new IncidentType(value), eventCursor };
  }
}

@Resolver(() => IncidentType)
export class IncidentHandlingResolver {
  @Mutation(() => IncidentPayload, {
    description: 'Says that an incident is over, or what one was that has ended by itself. Who says so last is right.',
  })
  @Access(WRITE)
  async resolveIncident(
    @Input(() => ResolveIncidentInput, 'Which incident, and what it was.') input: ResolveIncidentInput,
    @Ctx() context: MonitoringContext,
  ): Promise<IncidentPayload> {
    const { value, eventCursor } = await context.monitoring.incidents.resolve(context, input);
    return { incident: new IncidentType(value), eventCursor };
  }

  @Mutation(() => IncidentPayload, { description: 'Gives somebody a role in an incident.' })
  @Access(WRITE)
  async giveIncidentRole(
    @Input(() => GiveIncidentRoleInput, 'Which incident, what, and who.') input: GiveIncidentRoleInput,
    @Ctx() context: MonitoringContext,
  ): Promise<IncidentPayload> {
    const { value, eventCursor } = await context.monitoring.incidents.giveRole(context, input);
    return { incident: new IncidentType(value), eventCursor };
  }
}

@Resolver(() => AlertType)
export class AlertIncidentResolver {
  @FieldResolver(() => IncidentType, {
    nullable: true,
    description: 'The incident that it belongs to; null where it has not fired.',
  })
  @Access(READ)
  async incident(@Root() { id }: AlertType, @Ctx() { loaders }: MonitoringContext): Promise<IncidentType | null> {
    const incident = await loaders.incidentOfAlert.load(id);
    return incident && new IncidentType(incident);
  }
}
