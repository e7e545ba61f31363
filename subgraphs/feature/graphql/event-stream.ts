import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import { streamAsInput } from '../domain/as-input.ts';
import {
  STREAM_STARTS,
  STREAM_STATES,
  type EventStream,
  type MessageField,
  type StreamStart,
  type StreamState,
} from '../domain/event-stream.ts';
import { eventStreamUrn } from '../domain/ids.ts';
import { MOST_KEPT_BYTES, type MessagePlace, type StoredQuarantine } from '../domain/stream-message.ts';
import type { StreamPlace } from '../domain/stream-place.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import { LabelledType, LabelsInput } from './labels.ts';

export const StreamStateEnum = graphqlEnum('EventStreamState', STREAM_STATES, 'What a stream shall do.', {
  RUNNING: 'Read its topic.',
  PAUSED: 'Stay in its consumer group, and take nothing.',
  STOPPED: 'Leave its consumer group.',
});

const StreamStartEnum = graphqlEnum(
  'EventStreamStart',
  STREAM_STARTS,
  'Where reading begins that never began before.',
  {
    EARLIEST: 'At the first message that the topic has.',
    LATEST: 'Behind the last message that the topic has then.',
  },
);

@ObjectType('MessageField', { description: 'Where in a message a column’s value lies.' })
@Access(READ)
export class MessageFieldType implements MessageField {
  @Field(() => String, { description: 'The column of the source; "$retract" for what takes an event back.' })
  readonly column!: string;

  @Field(() => String, { description: 'The field of the message; a.b for b in the object a.' })
  readonly field!: string;
}

@ObjectType('EventStreamPartition', { description: 'How far one partition of a topic has been read.' })
@Access(READ)
export class PartitionType {
  @Field(() => Int, { description: 'Its number.' })
  readonly partition: number;

  @Field(() => Float, { description: 'The next message: all before it are in the log, or in quarantine.' })
  readonly nextOffset: number;

  @Field(() => Float, { description: 'Behind its newest message, as the brokers said last.' })
  readonly endOffset: number;

  @Field(() => Float, { description: 'Messages that are still to be read.' })
  readonly lag: number;

  @Field(() => Float, { description: 'Messages that the topic had let go of before they were read.' })
  readonly lost: number;

  constructor({ partition, nextOffset, endOffset, lost }: StreamPlace) {
    this.partition = partition;
    this.nextOffset = nextOffset;
    this.endOffset = endOffset;
    this.lag = endOffset - nextOffset;
    this.lost = lost;
  }
}

@ObjectType('EventStreamProblem', { description: 'Why a stream does not read just now.' })
@Access(READ)
export class StreamProblemType {
  @Field(() => String, { description: 'What is wrong.' })
  readonly problem!: string;

  @Field(() => Date, { description: 'Since when.' })
  readonly since!: Date;

  @Field(() => Date, { description: 'When it is tried again.' })
  readonly nextTryAt!: Date;
}

/** What is no UTF-8 shows as signs of its own. */
const textOf = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);

@ObjectType('QuarantinedMessage', { description: 'A message that is no event of its source; its stream went on.' })
@Access(READ)
export class QuarantinedMessageType {
  @Field(() => Int, { description: 'The partition that it lies in.' })
  readonly partition: number;

  @Field(() => Float, { description: 'Its place there.' })
  readonly offset: number;

  @Field(() => String, { nullable: true, description: 'Its key, as text; null where it has none.' })
  readonly key: string | null;

  @Field(() => String, { nullable: true, description: 'Its first 16 KiB, as text; null where it has no value.' })
  readonly value: string | null;

  @Field(() => Int, { description: 'How many bytes its value has.' })
  readonly valueBytes: number;

  @Field(() => String, { description: 'The column that is wrong, or "message".' })
  readonly field: string;

  @Field(() => String, { description: 'The code of the error.' })
  readonly code: string;

  @Field(() => String, { description: 'What is wrong, and what is allowed.' })
  readonly message: string;

  @Field(() => Date, { description: 'When it was read.' })
  readonly at: Date;

  constructor(stored: StoredQuarantine) {
    this.partition = stored.partition;
    this.offset = stored.offset;
    this.key = textOf(stored.key);
    this.value = textOf(stored.value && stored.value.subarray(0, MOST_KEPT_BYTES));
    this.valueBytes = stored.valueBytes;
    this.field = stored.field;
    this.code = stored.code;
    this.message = stored.message;
    this.at = stored.at;
  }
}

export const QuarantineConnection = connectionOf('QuarantinedMessage', () => QuarantinedMessageType);

@ObjectType('EventStream', { description: 'A Kafka topic whose messages are events of a source.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class EventStreamType extends LabelledType {
  @Field(() => ID, { description: 'tiffin:<project>:event-stream:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name: string;

  @Field(() => [String], { description: 'Where to begin: host:port of some brokers.' })
  readonly brokers: readonly string[];

  @Field(() => String, { description: 'The topic.' })
  readonly topic: string;

  @Field(() => String, { description: 'The consumer group.' })
  readonly group: string;

  @Field(() => StreamStartEnum, { description: 'Where reading began.' })
  readonly start: StreamStart;

  @Field(() => [MessageFieldType], { description: 'Columns that lie in a field of another name.' })
  readonly fields: readonly MessageFieldType[];

  @Field(() => StreamStateEnum, { description: 'What it shall do.' })
  readonly state: StreamState;

  /** What field resolvers load by; not part of the schema. */
  readonly of: Pick<EventStream, 'project' | 'name' | 'source'>;

  constructor(stream: EventStream) {
    super(stream, streamAsInput(stream));
    this.id = eventStreamUrn.format(stream);
    this.name = stream.name;
    this.brokers = stream.brokers;
    this.topic = stream.topic;
    this.group = stream.group;
    this.start = stream.start;
    this.fields = stream.fields;
    this.state = stream.state;
    this.of = { project: stream.project, name: stream.name, source: stream.source };
  }
}

export const EventStreamConnection = connectionOf('EventStream', () => EventStreamType);

@InputType({ description: 'Where in a message a column’s value lies.' })
export class MessageFieldInput implements MessageField {
  @Field(() => String, { description: 'The column of the source; "$retract" for what takes an event back.' })
  readonly column!: string;

  @Field(() => String, { description: 'The field of the message; a.b for b in the object a.' })
  readonly field!: string;
}

@InputType({ description: 'A stream as it shall be. A new one runs at once.' })
export class DefineEventStreamInput extends LabelsInput {
  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name!: string;

  @Field(() => ID, { description: 'The source that its messages are events of: id or name.' })
  readonly source!: string;

  @Field(() => [String], {
    description: 'Where to begin: host:port of some brokers, of those that the server may call.',
  })
  readonly brokers!: string[];

  @Field(() => String, { description: 'The topic.' })
  readonly topic!: string;

  @Field(() => String, { nullable: true, description: 'The consumer group; tiffin.<project>.<name> if left out.' })
  readonly group?: string | null;

  @Field(() => StreamStartEnum, { defaultValue: 'EARLIEST', description: 'Where reading begins.' })
  readonly start!: StreamStart;

  @Field(() => [MessageFieldInput], {
    nullable: true,
    description: 'Columns that lie in a field of another name; the others lie in that of their own.',
  })
  readonly fields?: MessageFieldInput[] | null;
}

@ObjectType({ description: 'The stream as it now is.' })
@Access(WRITE)
export class DefineEventStreamPayload extends ChangedPayload {
  @Field(() => EventStreamType, { description: 'The stream.' })
  readonly eventStream!: EventStreamType;
}

@InputType({ description: 'What a stream shall do from now on.' })
export class SetEventStreamStateInput {
  @Field(() => ID, { description: 'The stream: id or name.' })
  readonly stream!: string;

  @Field(() => StreamStateEnum, { description: 'What it shall do.' })
  readonly state!: StreamState;
}

@ObjectType({ description: 'The stream as it now is.' })
@Access(WRITE)
export class SetEventStreamStatePayload extends ChangedPayload {
  @Field(() => EventStreamType, { description: 'The stream.' })
  readonly eventStream!: EventStreamType;
}

@InputType({ description: 'A message by its place in the topic.' })
export class MessagePlaceInput implements MessagePlace {
  @Field(() => Int, { description: 'The partition that it lies in.' })
  readonly partition!: number;

  @Field(() => Float, { description: 'Its place there.' })
  readonly offset!: number;
}

@InputType({ description: 'Messages of a quarantine that are to be read again.' })
export class ReplayQuarantineInput {
  @Field(() => ID, { description: 'The stream: id or name.' })
  readonly stream!: string;

  @Field(() => [MessagePlaceInput], {
    nullable: true,
    description: 'The messages, at most 1,000; all of the quarantine if left out.',
  })
  readonly messages?: MessagePlaceInput[] | null;
}

@ObjectType({ description: 'What became of messages that were read again.' })
@Access(WRITE)
export class ReplayQuarantinePayload {
  @Field(() => EventStreamType, { description: 'The stream.' })
  readonly eventStream!: EventStreamType;

  @Field(() => Int, { description: 'Messages that are in the log now, and no longer in quarantine.' })
  readonly replayed!: number;

  @Field(() => Int, {
    description: 'Messages that are still no events; the quarantine says what is wrong with them now.',
  })
  readonly kept!: number;
}
