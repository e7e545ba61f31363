import { ArgsType, Field, Float, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { READ } from '../access.ts';
import {
  RUN_STATUSES,
  type Measurement,
  type RunArtifact,
  type RunStatus,
  type TrainingRun,
} from '../../domain/tracking/tracking.ts';
import { connectionOf } from '../connection-types.ts';

export const RunStatusEnum = graphqlEnum(
  'TrainingRunStatus',
  RUN_STATUSES,
  'How a training run stands, as its trainer says.',
);

@ObjectType('TrainingRun', {
  description: 'One training of a model as its trainer wrote it down: parameters, metrics by step, files.',
})
@Access(READ)
export class TrainingRunType {
  @Field(() => String, { description: 'Its id in the MLflow API.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'The id of the group of runs that it is in; MLflow calls it an experiment.' })
  readonly group: string;

  @Field(() => RunStatusEnum, { description: 'How it stands.' })
  readonly status: RunStatus;

  @Field(() => Date, { description: 'When it began.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it goes on.' })
  readonly endedAt: Date | null;

  @Field(() => String, { description: 'Who began it.' })
  readonly createdBy: string;

  @Field(() => GraphQLJSON, { description: 'What it was given, text by name.' })
  readonly parameters: unknown;

  @Field(() => GraphQLJSON, { description: 'Keys with values that its trainer put on it.' })
  readonly tags: unknown;

  @Field(() => GraphQLJSON, {
    description:
      'Of each metric the value of the last step, by name: claims, on which nothing is decided. A value that is no finite number is a text.',
  })
  readonly metrics: unknown;

  readonly source: TrainingRun;

  constructor(run: TrainingRun) {
    this.id = run.id;
    this.name = run.name;
    this.group = run.group;
    this.status = run.status;
    this.startedAt = new Date(run.startedMs);
    this.endedAt = run.endedMs === null ? null : new Date(run.endedMs);
    this.createdBy = run.createdBy;
    this.parameters = run.parameters;
    this.tags = run.tags;
    this.metrics = Object.fromEntries(
      run.metrics.map(({ key, value }) => [key, Number.isFinite(value) ? value : String(value)]),
    );
    this.source = run;
  }
}

@ObjectType('RunMeasurement', { description: 'A value of a metric at one step of a training run.' })
@Access(READ)
export class RunMeasurementType {
  @Field(() => Float, { description: 'The step, as the trainer counts.' })
  readonly step: number;

  @Field(() => Date, { description: 'When it was measured.' })
  readonly at: Date;

  @Field(() => Float, { nullable: true, description: 'The value; null where it is no finite number.' })
  readonly value: number | null;

  constructor({ step, timestampMs, value }: Measurement) {
    this.step = step;
    this.at = new Date(timestampMs);
    this.value = Number.isFinite(value) ? value : null;
  }
}

@ObjectType('RunFile', { description: 'A file that a training run holds.' })
@Access(READ)
export class RunFileType {
  @Field(() => String, { description: 'Its path below the run.' })
  readonly path: string;

  @Field(() => String, { description: 'SHA-256 of its bytes.' })
  readonly sha256: string;

  @Field(() => Float, { description: 'Its size.' })
  readonly sizeBytes: number;

  constructor({ path, sha256, sizeBytes }: RunArtifact) {
    this.path = path;
    this.sha256 = sha256;
    this.sizeBytes = sizeBytes;
  }
}

@ArgsType()
export class MeasurementsArgs extends PageArgs {
  @Field(() => String, { description: 'The name of the metric.' })
  key!: string;
}

export const RunMeasurementConnection = connectionOf('RunMeasurement', () => RunMeasurementType);
export const RunFileConnection = connectionOf('RunFile', () => RunFileType);
