import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { JobState } from '../../../../core/job-state.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { JobStateEnum } from '../../../shared/graphql/job.ts';
import {
  MODEL_JOB_KINDS,
  MODEL_JOB_PHASES,
  type ModelJob,
  type ModelJobPhase,
} from '../../domain/version/model-job.ts';
import { READ } from '../access.ts';
import { GateType } from './gate.ts';

const ModelJobKindEnum = graphqlEnum('ModelJobKind', MODEL_JOB_KINDS, 'What is done with a model version.');

const ModelJobPhaseEnum = graphqlEnum('ModelJobPhase', MODEL_JOB_PHASES, 'How far the work on a model version is.', {
  QUEUED: 'It waits for its turn.',
  READING: 'The file is read.',
  TRYING: 'The model is loaded and run.',
  STORING: 'What came of it is stored.',
  DONE: 'It has ended.',
});

@ObjectType('ModelJob', {
  description: 'The registration or validation of a model version. It goes on whoever waits for it, and over restarts.',
})
@Access(READ)
export class ModelJobType {
  @Field(() => ID, { description: 'What `modelJob` takes.' })
  readonly id: string;

  @Field(() => ModelJobKindEnum, { description: 'What is done.' })
  readonly kind: ModelJob['kind'];

  @Field(() => JobStateEnum, { description: 'How it stands.' })
  readonly state: JobState;

  @Field(() => ModelJobPhaseEnum, { description: 'How far it is.' })
  readonly phase: ModelJobPhase;

  @Field(() => Int, { description: 'How often it was begun: more than once where a process ended in the middle.' })
  readonly attempts: number;

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  readonly error: string | null;

  @Field(() => String, { nullable: true, description: 'The code of that error.' })
  readonly errorCode: string | null;

  @Field(() => [GateType], { description: 'What a validation found; empty until it has ended.' })
  readonly gates: readonly GateType[];

  @Field(() => Date, { description: 'When it was asked for.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  readonly finishedAt: Date | null;

  readonly source: ModelJob;

  constructor(job: ModelJob) {
    this.id = job.key;
    this.kind = job.kind;
    this.state = job.state;
    this.phase = job.phase;
    this.attempts = job.attempts;
    this.error = job.error?.message ?? null;
    this.errorCode = job.error?.code ?? null;
    this.gates = job.gates;
    this.startedAt = job.startedAt;
    this.finishedAt = job.finishedAt;
    this.source = job;
  }
}
