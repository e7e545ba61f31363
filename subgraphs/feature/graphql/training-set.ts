import { GraphQLJSON } from 'graphql-scalars';
import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Dtype } from '../../../schema/common.ts';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import { trainingSetUrn } from '../domain/ids.ts';
import type { JobState } from '../../../core/job-state.ts';
import { KNOWN_AT, type KnownAt } from '../domain/point-in-time.ts';
import { COLUMN_ROLES, type ColumnRole, type TrainingSet, type TrainingSetBuild } from '../domain/training-set.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import { DtypeEnum } from './dtype.ts';
import { DEFAULT_WAIT_MS } from '../../../core/longest-wait.ts';
import { JobStateEnum, WAIT } from '../../shared/graphql/job.ts';

const KnownAtEnum = graphqlEnum('KnownAt', KNOWN_AT, 'What a training row may know of.', {
  KNOWN: 'Values that had been created and had arrived here by the row’s time: what was served then.',
  CREATED: 'Values that had been created by the row’s time, whenever they arrived here.',
  EVENT_TIME: 'Values whose event lies before the row’s time, whenever they became known.',
});

const ColumnRoleEnum = graphqlEnum('ColumnRole', COLUMN_ROLES, 'What a column of a training set is.', {
  KEY: 'A join key.',
  TIMESTAMP: 'The moment for which the features were looked up.',
  LABEL: 'Any other column of the spine.',
  FEATURE: 'A feature, as view__feature.',
});

@ObjectType('TrainingColumn', { description: 'A column of a training set.' })
@Access(READ)
export class TrainingColumnType {
  @Field(() => String, { description: 'The name.' })
  readonly name!: string;

  @Field(() => DtypeEnum, { description: 'The type.' })
  readonly dtype!: Dtype;

  @Field(() => ColumnRoleEnum, { description: 'What it is.' })
  readonly role!: ColumnRole;
}

@ObjectType('TrainingSet', {
  description: 'Rows with the features of a service as they were at the rows’ times. Immutable.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class TrainingSetType {
  @Field(() => ID, { description: 'tiffin:<project>:training-set:<key>; the key is made from the manifest.' })
  readonly id: string;

  @Field(() => KnownAtEnum, { description: 'What its rows may know of.' })
  readonly knownAt: KnownAt;

  @Field(() => Int, { description: 'How many rows: as many as the spine has, in its order.' })
  readonly rowCount: number;

  @Field(() => String, { description: 'A hash of the rows that does not depend on their order.' })
  readonly contentHash: string;

  @Field(() => String, { description: 'A hash of the columns’ names, types and roles.' })
  readonly schemaHash: string;

  @Field(() => [TrainingColumnType], { description: 'The columns, in order.' })
  readonly columns: readonly TrainingColumnType[];

  @Field(() => GraphQLJSON, {
    description:
      'How it came about: service, pinned views with TTLs, known-at rule, spine, the log that was read, hashes.',
  })
  readonly manifest: unknown;

  @Field(() => String, { description: 'Where its Parquet is: GET this path of the data plane, scope feature:read.' })
  readonly downloadPath: string;

  @Field(() => String, { description: 'The SHA-256 of the Parquet.' })
  readonly sha256: string;

  @Field(() => Float, { description: 'The size of the Parquet in bytes.' })
  readonly sizeBytes: number;

  @Field(() => Date, { description: 'When it was first made.' })
  readonly createdAt: Date;

  /** What the resolvers load; not part of the schema. */
  readonly of: { readonly name: string; readonly version: number };

  constructor(set: TrainingSet) {
    const { manifest } = set;
    this.id = trainingSetUrn.format(set);
    this.knownAt = manifest.knownAt;
    this.rowCount = manifest.rows;
    this.contentHash = manifest.contentHash;
    this.schemaHash = manifest.schemaHash;
    this.columns = manifest.columns;
    this.manifest = manifest;
    this.downloadPath = `/v1/training-sets/${set.key}/data`;
    this.sha256 = set.sha256;
    this.sizeBytes = set.sizeBytes;
    this.createdAt = set.createdAt;
    this.of = { name: set.service, version: set.serviceVersion };
  }
}

export const TrainingSetConnection = connectionOf('TrainingSet', () => TrainingSetType);

@ObjectType('TrainingSetBuild', { description: 'The making of a training set, or its making anew.' })
@Access(READ)
export class TrainingSetBuildType {
  @Field(() => ID, { description: 'The build’s key.' })
  readonly id: string;

  @Field(() => JobStateEnum, { description: 'How it stands. A restart of the server begins it again.' })
  readonly state: JobState;

  @Field(() => Int, { description: 'Rows of the spine.' })
  readonly rows: number;

  @Field(() => Int, { description: 'Views whose features have been joined.' })
  readonly viewsJoined: number;

  @Field(() => Int, { description: 'Views of the service.' })
  readonly views: number;

  @Field(() => Boolean, { nullable: true, description: 'Of a rebuild: whether the Parquet is the same to the byte.' })
  readonly sameBytes: boolean | null;

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  readonly error: string | null;

  @Field(() => Date, { description: 'When it began.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  readonly finishedAt: Date | null;

  /** What the resolver of `trainingSet` loads; not part of the schema. */
  readonly setKey: string | null;

  constructor(build: TrainingSetBuild) {
    this.id = build.key;
    this.state = build.state;
    this.rows = build.spine.rows;
    this.viewsJoined = build.viewsJoined;
    this.views = build.views;
    this.sameBytes = build.sameBytes;
    this.error = build.error;
    this.startedAt = build.startedAt;
    this.finishedAt = build.finishedAt;
    this.setKey = build.trainingSet;
  }
}

@InputType({
  description: 'The events of views as the rows that features are wanted for: each key and time once, by time and key.',
})
export class EventSpineInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The view whose events they are; left out, the events of every view of the service.',
  })
  readonly view?: string | null;

  @Field(() => Date, { description: 'Event times from here on.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Event times before this.' })
  readonly to!: Date;

  @Field(() => [String], {
    nullable: true,
    description: 'Features of the view that become labels: the values of the event itself, as the log has them now.',
  })
  readonly labels?: string[] | null;
}

@InputType({
  description:
    'The rows that features are wanted for: as rows, as a file by path or upload, or as the events of a view. One of the four.',
})
export class SpineInput {
  @Field(() => [GraphQLJSON], {
    nullable: true,
    description: 'Up to 10,000 objects with the same columns: join keys, the timestamp, any labels.',
  })
  readonly rows?: unknown[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Path or glob of Parquet or CSV below the folders the server may read.',
  })
  readonly path?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What POST /v1/spines answered to the bytes of a Parquet or CSV file, within the last day.',
  })
  readonly upload?: string | null;

  @Field(() => EventSpineInput, {
    nullable: true,
    description: 'Instead of rows: every key and time at which something happened in a range.',
  })
  readonly events?: EventSpineInput | null;

  @Field(() => String, { defaultValue: 'timestamp', description: 'The column with the moment of each row.' })
  readonly timestampColumn!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Read timestamps of files without a zone as UTC.' })
  readonly assumeUtc!: boolean;
}

@InputType({
  description:
    'A training set to be made. The same rows give the same set, also after late values came; events that came late are rows of their own.',
})
export class CreateTrainingSetInput {
  @Field(() => ID, { description: 'The feature service; without a version the newest, which is pinned.' })
  readonly service!: string;

  @Field(() => SpineInput, { description: 'The rows that features are wanted for.' })
  readonly spine!: SpineInput;

  @Field(() => KnownAtEnum, { defaultValue: 'KNOWN', description: 'What the rows may know of.' })
  readonly knownAt!: KnownAt;

  @Field(() => Int, { defaultValue: DEFAULT_WAIT_MS, description: WAIT })
  readonly waitMs!: number;
}

@InputType({ description: 'A training set to be made anew from its manifest and compared.' })
export class RebuildTrainingSetInput {
  @Field(() => ID, { description: 'The training set.' })
  readonly trainingSet!: string;

  @Field(() => Int, { defaultValue: DEFAULT_WAIT_MS, description: WAIT })
  readonly waitMs!: number;
}

@ObjectType({ description: 'The training set, or how far it is.' })
@Access(WRITE)
export class TrainingSetPayload extends ChangedPayload {
  @Field(() => TrainingSetType, {
    nullable: true,
    description: 'The set; null while it is being made, or if that failed.',
  })
  readonly trainingSet!: TrainingSetType | null;

  @Field(() => TrainingSetBuildType, { description: 'How its making stands.' })
  readonly build!: TrainingSetBuildType;
}
