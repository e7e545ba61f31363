import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, TRAFFIC } from '../access.ts';
import { snapshotAsInput } from '../../domain/serving/as-input.ts';
import type { FeatureSnapshot, SnapshotReading } from '../../domain/serving/feature-snapshot.ts';

@ObjectType('FeatureSnapshotReading', { description: 'What a snapshot has of one feature service.' })
@Access(READ)
export class FeatureSnapshotReadingType {
  @Field(() => ID, { description: 'The pinned feature service.' })
  readonly service: string;

  @Field(() => String, { description: 'SHA-256 of the blob that nodes get.' })
  readonly digest: string;

  @Field(() => Float, { description: 'How large that is.' })
  readonly sizeBytes: number;

  @Field(() => Date, { description: 'When the values were first read as they are.' })
  readonly readAt: Date;

  constructor({ service, digest, sizeBytes, readAt }: SnapshotReading) {
    this.service = service;
    this.digest = digest;
    this.sizeBytes = sizeBytes;
    this.readAt = new Date(readAt);
  }
}

@ObjectType('FeatureSnapshot', {
  description: 'Features of chosen entities that nodes keep, for predictions while no store can be asked.',
})
@Access(READ)
export class FeatureSnapshotType {
  @Field(() => String, { description: 'Its name, among those of the deployment.' })
  readonly name: string;

  @Field(() => Int, { description: 'How many entities are in it.' })
  readonly entityCount: number;

  @Field(() => Int, { description: 'How often, in seconds, their features are read again.' })
  readonly everySeconds: number;

  @Field(() => [String], { description: 'Device audiences that get it; enrolled nodes always do.' })
  readonly audiences: readonly string[];

  @Field(() => [FeatureSnapshotReadingType], {
    description: 'What was read, one for each feature service that the releases with traffic read.',
  })
  readonly readings: readonly FeatureSnapshotReadingType[];

  @Field(() => Date, { nullable: true, description: 'When the features were last read; null: never yet.' })
  readonly checkedAt: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why they could not be read the last time; what was read before goes on. Null where they could.',
  })
  readonly problem: string | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'All of it, its entities too, in the words of the input that sets it; for those who may set it.',
  })
  @Access(TRAFFIC)
  readonly definition: object;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  constructor(snapshot: FeatureSnapshot) {
    this.name = snapshot.name;
    this.entityCount = snapshot.entities.length;
    this.everySeconds = snapshot.everySeconds;
    this.audiences = snapshot.audiences;
    this.readings = snapshot.readings.map((reading) => new FeatureSnapshotReadingType(reading));
    this.checkedAt = snapshot.checkedAt;
    this.problem = snapshot.problem;
    this.definition = snapshotAsInput(snapshot);
    this.createdAt = snapshot.createdAt;
    this.createdBy = snapshot.createdBy;
  }
}

@InputType({ description: 'Features that nodes keep. A snapshot of the same name is replaced.' })
export class SetFeatureSnapshotInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its name: a letter, then letters, digits, "_", "-" and "."; left out: default.',
  })
  name?: string | null;

  @Field(() => [GraphQLJSON], {
    description:
      'The entities: an object of join key to value each, with every join key. 1 to 10,000, at most 4 MiB as they are read.',
  })
  entities!: unknown[];

  @Field(() => Int, {
    nullable: true,
    description: 'How often, in seconds, their features are read again: 10 to 86,400; left out: 300.',
  })
  everySeconds?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Device audiences of the deployment that get it as well; left out: enrolled nodes alone.',
  })
  audiences?: string[] | null;
}

@InputType({ description: 'A snapshot that nodes are to forget.' })
export class RemoveFeatureSnapshotInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'The name of the snapshot.' })
  name!: string;
}

@ObjectType({ description: 'A snapshot as it was set.' })
@Access(TRAFFIC)
export class SetFeatureSnapshotPayload {
  @Field(() => FeatureSnapshotType, { description: 'The snapshot.' })
  @Access(READ)
  readonly featureSnapshot: FeatureSnapshotType;

  constructor(snapshot: FeatureSnapshot) {
    this.featureSnapshot = new FeatureSnapshotType(snapshot);
  }
}

@ObjectType({ description: 'A snapshot that was removed.' })
@Access(TRAFFIC)
export class RemoveFeatureSnapshotPayload {
  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
