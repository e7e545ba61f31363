import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { ARCHIVE_KINDS, type ArchivedFile, type ArchiveKind } from '../../domain/retention/archive.ts';
import { RETAINED_KINDS, type RetainedKind } from '../../domain/retention/policy.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';

export const RetainedKindEnum = graphqlEnum('RetainedKind', RETAINED_KINDS, 'What monitoring keeps.', {
  RECORDS: 'Predictions with their inputs, outcomes and shadows, by the day of the prediction.',
  PROFILES: 'What nodes counted of their answers, by hour.',
  SAMPLES: 'What rules and charts read: pushed and measured.',
  ROLLUPS_BY_MINUTE: 'Answers counted by minute.',
  ROLLUPS_BY_HOUR: 'Answers counted by hour.',
  NOTIFICATIONS: 'What receivers were sent, once it has ended.',
});

export const ArchiveKindEnum = graphqlEnum('ArchiveKind', ARCHIVE_KINDS, 'Which records a file holds.', {
  PREDICTION: 'Predictions.',
  OUTCOME: 'The outcome in force of each prediction.',
  OUTCOME_RECORD: 'Every outcome that was taken, those that were corrected too.',
  SHADOW: 'Shadows beside their predictions.',
});

@ObjectType('RetentionPolicy', { description: 'How long one kind of what is stored is kept.' })
@Access(READ)
export class RetentionPolicyType {
  @Field(() => RetainedKindEnum, { description: 'What it is for.' })
  readonly kind!: RetainedKind;

  @Field(() => Int, { nullable: true, description: 'For how many days it is kept; null: for ever.' })
  readonly days!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'After how many days it is written to the archive as well; null: never.',
  })
  readonly archiveAfterDays!: number | null;

  @Field(() => String, { nullable: true, description: 'The setting that says for how long; null where it is fixed.' })
  readonly setting!: string | null;
}

@ObjectType('ArchivedFile', { description: 'Part of a day that is over, as a Parquet file.' })
@Access(READ)
export class ArchivedFileType {
  @Field(() => String, { description: 'The UTC day, as 2026-03-01.' })
  readonly day: string;

  @Field(() => ArchiveKindEnum, { description: 'Which records it holds.' })
  readonly kind: ArchiveKind;

  @Field(() => Int, {
    description: 'Which part of the day it is, from 0; each has at most 200,000 rows and a few more.',
  })
  readonly part: number;

  @Field(() => String, { description: 'Its digest: `GET /v1/archive/{sha256}` reads it.' })
  readonly sha256: string;

  @Field(() => Float, { description: 'How many rows it has.' })
  readonly rows: number;

  @Field(() => Float, { description: 'How large it is, in bytes.' })
  readonly sizeBytes: number;

  @Field(() => Date, { description: 'When it was written.' })
  readonly archivedAt: Date;

  constructor({ day, kind, part, sha256, rows, sizeBytes, archivedAt }: ArchivedFile) {
    [this.day, this.kind, this.part, this.sha256] = [day, kind, part, sha256];
    [this.rows, this.sizeBytes, this.archivedAt] = [rows, sizeBytes, archivedAt];
  }
}

export const ArchivedFileConnection = connectionOf('ArchivedFile', () => ArchivedFileType);
