import { Field, ID, Int, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { LAYER_KINDS, LAYER_ORDER } from '../../../../core/traffic/layer-kinds.ts';
import { READ } from '../access.ts';
import { defaultRelease, isKilled } from '../../../../core/traffic/layers.ts';
import type { TrafficRecord } from '../../domain/serving/deployment.ts';
import {
  previousRelease,
  TRAFFIC_CHANGES,
  type TrafficChangeKind,
  type TrafficState,
} from '../../domain/serving/traffic.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

const DECIDING = LAYER_ORDER.filter((kind) => 'decide' in LAYER_KINDS[kind]);
const SILENT = LAYER_ORDER.filter((kind) => !DECIDING.includes(kind));

export const TrafficChangeEnum = graphqlEnum(
  'TrafficChangeKind',
  TRAFFIC_CHANGES,
  'How a deployment’s traffic was changed.',
);

@ObjectType('TrafficLease', { description: 'Who may split a deployment’s traffic, or shadow it.' })
@Access(READ)
export class TrafficLeaseType {
  @Field(() => ID, { description: 'Who holds it.' })
  holder!: string;

  @Field(() => Int, { description: 'The holder’s own revision: another split takes a higher one.' })
  holderRevision!: number;

  @Field(() => String, { description: 'The identity that took it.' })
  subject!: string;
}

@ObjectType('TrafficFreeze', { description: 'Nobody splits traffic until a person lifts this with liftFreeze.' })
@Access(READ)
export class TrafficFreezeType {
  @Field(() => Date, { description: 'Since when.' })
  since!: Date;

  @Field(() => String, { description: 'By whom.' })
  by!: string;

  @Field(() => String, { description: 'Why.' })
  reason!: string;
}

@ObjectType('Traffic', { description: 'What decides where a deployment’s requests go, now.' })
@Access(READ)
export class TrafficType {
  @Field(() => Int, { description: 'Raised by each change; 0 while nothing serves.' })
  readonly revision: number;

  @Field(() => GraphQLJSON, {
    description: `The layers in the order in which they decide: ${DECIDING.join(', ')}. ${SILENT.join(', ')} decides nothing.`,
  })
  readonly layers: unknown;

  @Field(() => String, {
    nullable: true,
    description: 'Digest of the release that answers when no layer above decides.',
  })
  readonly defaultRelease: string | null;

  @Field(() => String, { nullable: true, description: 'Digest of the release that a rollback goes to.' })
  readonly previousRelease: string | null;

  @Field(() => Boolean, { description: 'Whether the deployment is killed: only its recipe’s fallback answers.' })
  readonly killed: boolean;

  @Field(() => TrafficLeaseType, { nullable: true, description: 'Who splits the traffic, if anybody does.' })
  readonly lease: TrafficLeaseType | null;

  @Field(() => TrafficLeaseType, { nullable: true, description: 'Who shadows the traffic, if anybody does.' })
  readonly shadow: TrafficLeaseType | null;

  @Field(() => TrafficFreezeType, { nullable: true, description: 'Why nobody may split it, if that is so.' })
  readonly freeze: TrafficFreezeType | null;

  constructor(traffic: TrafficState) {
    this.revision = traffic.revision;
    this.layers = traffic.layers;
    this.defaultRelease = defaultRelease(traffic.layers) ?? null;
    this.previousRelease = previousRelease(traffic);
    this.killed = isKilled(traffic.layers);
    this.lease = traffic.lease;
    this.shadow = traffic.shadow;
    this.freeze = traffic.freeze && { ...traffic.freeze, since: new Date(traffic.freeze.since) };
  }
}

@ObjectType('TrafficRecord', { description: 'One change of a deployment’s traffic, as it was made.' })
@Access(READ)
export class TrafficRecordType {
  @Field(() => Int, { description: 'The revision that it made.' })
  readonly revision: number;

  @Field(() => TrafficChangeEnum, { description: 'How.' })
  readonly kind: TrafficChangeKind;

  @Field(() => String, {
    description: 'The decision behind it, such as a verdict’s id; the same cause again changes nothing.',
  })
  readonly cause: string;

  @Field(() => GraphQLJSON, { description: 'The layers after it.' })
  readonly layers: unknown;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason: string | null;

  @Field(() => String, { description: 'Who made it.' })
  readonly actor: string;

  @Field(() => String, { nullable: true, description: 'For whom, where a key or service acted for somebody.' })
  readonly onBehalfOf: string | null;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  constructor(record: TrafficRecord) {
    this.revision = record.revision;
    this.kind = record.kind;
    this.cause = record.cause;
    this.layers = record.layers;
    this.reason = record.reason;
    this.actor = record.actor;
    this.onBehalfOf = record.onBehalfOf;
    this.at = record.at;
  }
}
