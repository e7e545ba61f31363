import { Arg, Args, Ctx, FieldResolver, Float, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { eventStreamUrn } from '../domain/ids.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import {
  DefineEventStreamInput,
  DefineEventStreamPayload,
  EventStreamConnection,
  EventStreamType,
  PartitionType,
  QuarantineConnection,
  QuarantinedMessageType,
  ReplayQuarantineInput,
  ReplayQuarantinePayload,
  SetEventStreamStateInput,
  SetEventStreamStatePayload,
  StreamProblemType,
} from './event-stream.ts';
import { SourceType } from './source.ts';

@Resolver(() => EventStreamType)
export class EventStreamResolver {
  @Query(() => EventStreamType, { nullable: true, description: 'The stream with this id; null where there is none.' })
  @Access(READ)
  async eventStream(
    @Arg('id', () => ID, { description: 'Its id, or its name.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<EventStreamType | null> {
    const key = eventStreamUrn.lookUp(actor.project, id);
    const found = key && (await loaders.eventStream.load(key.name));
    return found && new EventStreamType(found);
  }

  @Query(() => EventStreamConnection, { description: 'All streams, by name.' })
  @Access(READ)
  async eventStreams(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: FeatureContext,
  ): Promise<Connection<EventStreamType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.reading.listStreams(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new EventStreamType(row),
    });
  }

  @FieldResolver(() => SourceType, { nullable: true, description: 'The source that its messages are events of.' })
  @Access(READ)
  async source(@Root() { of }: EventStreamType, @Ctx() { loaders }: FeatureContext): Promise<SourceType | null> {
    const found = await loaders.source.load(of.source);
    return found && new SourceType(found);
  }

  @FieldResolver(() => [PartitionType], {
    description: 'How far each partition has been read; none before the first look.',
  })
  @Access(READ)
  async partitions(@Root() { of }: EventStreamType, @Ctx() { reading }: FeatureContext): Promise<PartitionType[]> {
    return (await reading.streamPlaces(of)).map((place) => new PartitionType(place));
  }

  @FieldResolver(() => Float, { description: 'Messages that are still to be read, over all partitions.' })
  @Access(READ)
  async lag(@Root() { of }: EventStreamType, @Ctx() { reading }: FeatureContext): Promise<number> {
    const places = await reading.streamPlaces(of);
    return places.reduce((sum, { nextOffset, endOffset }) => sum + endOffset - nextOffset, 0);
  }

  @FieldResolver(() => Float, { description: 'Messages that are in the log.' })
  @Access(READ)
  async accepted(@Root() { of }: EventStreamType, @Ctx() { reading }: FeatureContext): Promise<number> {
    return (await reading.streamPlaces(of)).reduce((sum, { accepted }) => sum + accepted, 0);
  }

  @FieldResolver(() => Float, { description: 'Messages that are in quarantine.' })
  @Access(READ)
  async quarantined(@Root() { of }: EventStreamType, @Ctx() { reading }: FeatureContext): Promise<number> {
    return (await reading.streamPlaces(of)).reduce((sum, { quarantined }) => sum + quarantined, 0);
  }

  @FieldResolver(() => StreamProblemType, {
    nullable: true,
    description: 'Why it does not read just now; null if it does.',
  })
  @Access(READ)
  problem(@Root() { of }: EventStreamType, @Ctx() { reading }: FeatureContext): Promise<StreamProblemType | null> {
    return reading.streamProblem(of);
  }

  @FieldResolver(() => QuarantineConnection, {
    description: 'Messages that are no events of the source, newest first.',
  })
  @Access(READ)
  async quarantine(
    @Args(() => PageArgs) args: PageArgs,
    @Root() { of }: EventStreamType,
    @Ctx() { reading }: FeatureContext,
  ): Promise<Connection<QuarantinedMessageType>> {
    return pageOf(args, {
      sortedBy: ['number', 'number', 'number'],
      rows: (page) => reading.listQuarantined(of, page),
      keyOf: ({ at, partition, offset }) => [at.getTime(), partition, offset],
      nodeOf: (row) => new QuarantinedMessageType(row),
    });
  }

  @Mutation(() => DefineEventStreamPayload, { description: 'Defines a stream of events from Kafka, or changes it.' })
  @Access(WRITE)
  async defineEventStream(
    @Input(() => DefineEventStreamInput, 'The stream as it shall be.') input: DefineEventStreamInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineEventStreamPayload> {
    const { value, eventCursor } = await context.definitions.defineEventStream(context, input);
    return { eventStream: new EventStreamType(value), eventCursor };
  }

  @Mutation(() => SetEventStreamStatePayload, { description: 'Runs, pauses or stops a stream.' })
  @Access(WRITE)
  async setEventStreamState(
    @Input(() => SetEventStreamStateInput, 'What it shall do.') input: SetEventStreamStateInput,
    @Ctx() context: FeatureContext,
  ): Promise<SetEventStreamStatePayload> {
    const { value, eventCursor } = await context.eventStreams.setState(context, input);
    return { eventStream: new EventStreamType(value), eventCursor };
  }

  @Mutation(() => ReplayQuarantinePayload, {
    description: 'Reads messages of a quarantine again, by what the stream, its source and their views are now.',
  })
  @Access(WRITE)
  async replayQuarantine(
    @Input(() => ReplayQuarantineInput, 'Which messages.') input: ReplayQuarantineInput,
    @Ctx() context: FeatureContext,
  ): Promise<ReplayQuarantinePayload> {
    const { stream, ...done } = await context.quarantine.replay(context, input);
    return { eventStream: new EventStreamType(stream), ...done };
  }
}

@Resolver(() => SourceType)
export class StreamsOfSourceResolver {
  @FieldResolver(() => [EventStreamType], { description: 'The streams that bring events to it, by name.' })
  @Access(READ)
  async eventStreams(@Root() { name }: SourceType, @Ctx() context: FeatureContext): Promise<EventStreamType[]> {
    return (await context.reading.streamsInto(context, name)).map((stream) => new EventStreamType(stream));
  }
}
