import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import { materializationUrn } from '../domain/ids.ts';
import type { JobState } from '../../../core/job-state.ts';
import {
  KNOWN_SINCE,
  SKIP_REASONS,
  type KnownSince,
  type Materialization,
  type SkipReason,
} from '../domain/materialization.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import { DEFAULT_WAIT_MS } from '../../../core/longest-wait.ts';
import { JobStateEnum, WAIT } from '../../shared/graphql/job.ts';

const KnownSinceEnum = graphqlEnum('KnownSince', KNOWN_SINCE, 'Since when training sets may know of loaded rows.', {
  CREATED: 'Each since it was created: they came before the view had any rows.',
  LOADED: 'All since this load put them on-line.',
});

const SkipReasonEnum = graphqlEnum('SkipReason', SKIP_REASONS, 'Why rows were not stored.', {
  NO_EVENT_TIME: 'They have no event time, or one at infinity.',
  NULL_KEY: 'A join key is null; such a row is never found.',
  NO_EVENT_ID: 'The view names a column of event ids, and theirs is null.',
  EVENT_AHEAD: 'They have not happened before now; a later load takes them.',
  CREATED_AHEAD: 'They claim to be created after now; a later load takes them.',
  ALREADY_LOADED: 'The log has them already, value for value.',
});

@ObjectType({ description: 'Rows that a load did not store, with the reason.' })
@Access(READ)
export class SkippedRows {
  @Field(() => SkipReasonEnum, { description: 'Why.' })
  readonly reason!: SkipReason;

  @Field(() => Int, { description: 'How many.' })
  readonly rows!: number;
}

@ObjectType({ description: 'A file as it was when it was read.' })
@Access(READ)
export class SourceFile {
  @Field(() => String, { description: 'Where it lay.' })
  readonly path!: string;

  @Field(() => String, { description: 'Its SHA-256.' })
  readonly sha256!: string;

  @Field(() => Float, { description: 'Its size in bytes.' })
  readonly sizeBytes!: number;
}

@ObjectType('Materialization', { description: 'One load of a view from its source, into the log and on-line.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class MaterializationType {
  @Field(() => ID, { description: 'tiffin:<project>:materialization:<key>' })
  readonly id: string;

  @Field(() => JobStateEnum, { description: 'How it stands.' })
  readonly state: JobState;

  @Field(() => Date, { nullable: true, description: 'Event times from here on; null: from the first.' })
  readonly from: Date | null;

  @Field(() => Date, { description: 'Event times before this.' })
  readonly to: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'On-line went only what was known at this instant; null: everything.',
  })
  readonly onlineAt: Date | null;

  @Field(() => KnownSinceEnum, { nullable: true, description: 'Since when its rows are known; null without rows.' })
  readonly knownSince: KnownSince | null;

  @Field(() => Int, { description: 'Rows of the range in the source.' })
  readonly rowsRead: number;

  @Field(() => Int, { description: 'Rows that are new in the log.' })
  readonly rowsWritten: number;

  @Field(() => Int, { description: 'Entities whose on-line values changed.' })
  readonly rowsOnline: number;

  @Field(() => [SkippedRows], { description: 'Rows that were not stored, by reason.' })
  readonly skipped: readonly SkippedRows[];

  @Field(() => [SourceFile], { description: 'The files that it read.' })
  readonly files: readonly SourceFile[];

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  readonly error: string | null;

  @Field(() => Date, { description: 'When it began.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  readonly finishedAt: Date | null;

  /** What the resolver of `view` loads; not part of the schema. */
  readonly of: { readonly name: string; readonly version: number };

  constructor(value: Materialization) {
    this.id = materializationUrn.format(value);
    this.state = value.state;
    this.from = value.from;
    this.to = value.to;
    this.onlineAt = value.onlineAt;
    this.knownSince = value.knownSince;
    this.rowsRead = value.rowsRead;
    this.rowsWritten = value.rowsWritten;
    this.rowsOnline = value.rowsOnline;
    this.skipped = value.skipped;
    this.files = value.files;
    this.error = value.error;
    this.startedAt = value.startedAt;
    this.finishedAt = value.finishedAt;
    this.of = { name: value.view, version: value.version };
  }
}

export const MaterializationConnection = connectionOf('Materialization', () => MaterializationType);

@InputType({ description: 'A load to be made. Loading what is there already changes nothing.' })
export class MaterializeInput {
  @Field(() => ID, { description: 'The view: id or name@version; without a version the newest.' })
  readonly view!: string;

  @Field(() => Date, { nullable: true, description: 'Event times from here on; all if left out.' })
  readonly from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Event times before this; now if left out, never later.' })
  readonly to?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'Puts on-line only what was known at this instant: rows of later events, or created later, enter the log alone. For history before a replay; everything if left out.',
  })
  readonly onlineAt?: Date | null;

  @Field(() => Int, { defaultValue: DEFAULT_WAIT_MS, description: WAIT })
  readonly waitMs!: number;
}

@ObjectType({ description: 'The load as it stands.' })
@Access(WRITE)
export class MaterializePayload extends ChangedPayload {
  @Field(() => MaterializationType, { description: 'The load: RUNNING if it takes longer than the call waits.' })
  readonly materialization!: MaterializationType;
}
