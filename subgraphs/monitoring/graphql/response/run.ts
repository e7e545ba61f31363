import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { incidentUrn, responsePolicyUrn, responseRunUrn } from '../../domain/ids.ts';
import { retrainingOf, type Retraining } from '../../domain/response/retraining.ts';
import {
  expiryOf,
  type ResponseRun,
  type RunState,
  type RunStep,
  type Stage,
  type StepKind,
} from '../../domain/response/run.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { DeploymentType, ModelVersionType, ReleaseType, RolloutType, ShadowType } from '../references.ts';
import { RunStateEnum, StageEnum, StepKindEnum } from './enums.ts';

@ObjectType('ResponseStep', { description: 'One step of a run: written once.' })
@Access(READ)
export class ResponseStepType {
  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => StepKindEnum, { description: 'What.' })
  readonly kind: StepKind;

  @Field(() => String, { nullable: true, description: 'Who did it; null: the policy itself.' })
  readonly by: string | null;

  @Field(() => String, { description: 'Why, in words.' })
  readonly text: string;

  constructor({ at, kind, by, text }: RunStep) {
    this.at = at;
    this.kind = kind;
    this.by = by;
    this.text = text;
  }
}

@ObjectType('Retraining', { description: 'What a trainer is asked for.' })
@Access(READ)
export class RetrainingType implements Pick<Retraining, 'tag' | 'model' | 'strategy' | 'features'> {
  @Field(() => String, { description: 'A version that is registered with this tag is the answer.' })
  readonly tag: string;

  @Field(() => String, { description: 'The model.' })
  readonly model: string;

  @Field(() => String, { description: 'FULL, INCREMENTAL or TARGETED.' })
  readonly strategy: Retraining['strategy'];

  @Field(() => Date, { description: 'The data to learn from, by event time: since when.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Until when.' })
  readonly to: Date;

  @Field(() => [String], { description: 'The features that the alerts or indicators are about.' })
  readonly features: readonly string[];

  constructor({ tag, model, strategy, from, to, features }: Retraining) {
    this.tag = tag;
    this.model = model;
    this.strategy = strategy;
    this.from = new Date(from);
    this.to = new Date(to);
    this.features = features;
  }
}

@ObjectType('ResponseRun', { description: 'What a policy does about one incident, or about indicators, step by step.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ResponseRunType {
  @Field(() => ID, { description: 'tiffin:<project>:response-run:<uuid>.' })
  readonly id: string;

  @Field(() => Int, { description: 'The revision of the policy that it goes by.' })
  readonly policyRevision: number;

  @Field(() => String, { description: 'Who had said that revision: on whose behalf it acts.' })
  readonly author: string;

  @Field(() => GraphQLJSON, { description: 'What that revision says.' })
  readonly definition: unknown;

  @Field(() => DeploymentType, { description: 'The deployment that it is about.' })
  readonly deployment: DeploymentType;

  @Field(() => RunStateEnum, { description: 'Where it stands.' })
  readonly state: RunState;

  @Field(() => StageEnum, { nullable: true, description: 'What it does, or did last; null before it acts.' })
  readonly stage: Stage | null;

  @Field(() => Date, { description: 'When its trigger held.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it acted, asked, suggested or observed; null before that.' })
  readonly actedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it goes on.' })
  readonly endedAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'When it is too late to approve what it waits for; null where it waits for no approval, or without a limit.',
  })
  readonly expiresAt: Date | null;

  @Field(() => RetrainingType, {
    nullable: true,
    description: 'What the trainer is asked for; null for other actions.',
  })
  readonly retraining: RetrainingType | null;

  @Field(() => ModelVersionType, { nullable: true, description: 'The version that the trainer made.' })
  readonly modelVersion: ModelVersionType | null;

  @Field(() => ReleaseType, { nullable: true, description: 'The release that it compares or rolls out.' })
  readonly release: ReleaseType | null;

  @Field(() => ShadowType, { nullable: true, description: 'The shadow that it started.' })
  readonly shadow: ShadowType | null;

  @Field(() => RolloutType, { nullable: true, description: 'The rollout that it started.' })
  readonly rollout: RolloutType | null;

  readonly run: ResponseRun;
  readonly policyId: string;
  readonly incidentId: string | null;

  constructor(run: ResponseRun) {
    const { project, id, definition, modelVersion, release, shadow, rollout } = run;
    this.run = run;
    this.id = responseRunUrn.format({ project, name: id });
    this.policyId = responsePolicyUrn.format({ project, name: run.policy });
    this.incidentId = run.incident === null ? null : incidentUrn.format({ project, name: run.incident });
    this.policyRevision = run.policyRevision;
    this.author = run.author;
    this.definition = definition;
    this.deployment = new DeploymentType(definition.deployment);
    this.state = run.state;
    this.stage = run.stage;
    this.startedAt = run.startedAt;
    this.actedAt = run.actedAt;
    this.endedAt = run.endedAt;
    this.expiresAt = expiryOf(run);
    this.retraining = definition.action.kind === 'RETRAIN' ? new RetrainingType(retrainingOf(run)) : null;
    this.modelVersion = modelVersion === null ? null : new ModelVersionType(modelVersion);
    this.release = release === null ? null : new ReleaseType(release);
    this.shadow = shadow === null ? null : new ShadowType(shadow);
    this.rollout = rollout === null ? null : new RolloutType(rollout);
  }
}

export const ResponseRunConnection = connectionOf('ResponseRun', () => ResponseRunType);

@InputType('DecideResponseRunInput', { description: 'Which run, and why.' })
export class DecideResponseRunInput {
  @Field(() => ID, { description: 'The run.' })
  readonly run!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@InputType('AnswerRetrainingInput', { description: 'What came of a retraining.' })
export class AnswerRetrainingInput {
  @Field(() => ID, { description: 'The run that asked for it.' })
  readonly run!: string;

  @Field(() => ID, { nullable: true, description: 'The version that was registered; or `failure`.' })
  readonly modelVersion?: string | null;

  @Field(() => String, { nullable: true, description: 'Why there is none; it ends the run.' })
  readonly failure?: string | null;
}

@InputType('EvaluateResponsesInput', { description: 'As of when policies are judged.' })
export class EvaluateResponsesInput {
  @Field(() => Date, { description: 'As of this instant, which may be any in the past.' })
  readonly at!: Date;

  @Field(() => [ID], { nullable: true, description: 'Only these policies; left out: all of the project.' })
  readonly policies?: readonly string[] | null;
}

@ObjectType('ResponseRunPayload', { description: 'A changed run.' })
@Access(READ)
export class ResponseRunPayload extends ChangedPayload {
  @Field(() => ResponseRunType, { description: 'The run after the change.' })
  readonly responseRun: ResponseRunType;

  constructor({ value, eventCursor }: Changed<ResponseRun>) {
    super(eventCursor);
    this.responseRun = new ResponseRunType(value);
  }
}

@ObjectType('EvaluateResponsesPayload', { description: 'What was judged.' })
@Access(READ)
export class EvaluateResponsesPayload {
  @Field(() => Int, { description: 'How many policies.' })
  readonly evaluated!: number;
}

@ArgsType()
export class ResponseRunPageArgs extends PageArgs {
  @Field(() => RunStateEnum, { nullable: true, description: 'Only runs that stand here.' })
  readonly state?: RunState | null;
}

@ArgsType()
export class ResponseRunArgs extends ResponseRunPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only runs of this policy.' })
  readonly policy?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only runs about this deployment.' })
  readonly deployment?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only runs about this incident.' })
  readonly incident?: string | null;
}
