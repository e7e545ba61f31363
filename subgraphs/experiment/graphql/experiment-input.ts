import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import type { MdeKind } from '../domain/design.ts';
import { READ } from './access.ts';
import { MdeKindEnum, MetricKindEnum } from './enums.ts';
import { ExperimentType } from './experiment.ts';

@InputType('CreateExperimentInput', { description: 'Two releases of one deployment to compare.' })
export class CreateExperimentInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is about.' })
  readonly description!: string;

  @Field(() => String, { description: 'What is expected, and why.' })
  readonly hypothesis!: string;

  @Field(() => ID, { description: 'Where it shall run.' })
  readonly deployment!: string;

  @Field(() => ID, { description: 'What the control serves.' })
  readonly controlRelease!: string;

  @Field(() => ID, { description: 'What the candidate serves.' })
  readonly candidateRelease!: string;

  @Field(() => Float, { defaultValue: 0.5, description: "The control's share of all units." })
  readonly controlShare!: number;

  @Field(() => Float, { defaultValue: 0.5, description: "The candidate's share of all units; both sum to at most 1." })
  readonly candidateShare!: number;

  @Field(() => MetricKindEnum, { defaultValue: 'PROPORTION', description: 'What outcomes are made into.' })
  readonly metric!: string;

  @Field(() => Float, { defaultValue: 0.5, description: 'An outcome of this value or more is a positive.' })
  readonly positiveFrom!: number;

  @Field(() => Float, { description: "The control's rate as it is assumed, above 0 and below 1." })
  readonly baseline!: number;

  @Field(() => Float, { description: 'The smallest effect worth finding; its sign says which way is better.' })
  readonly mde!: number;

  @Field(() => MdeKindEnum, { defaultValue: 'RELATIVE', description: 'What the effect is measured in.' })
  readonly mdeKind!: MdeKind;

  @Field(() => Float, { defaultValue: 0.05, description: 'Chance of a false alarm, two-sided.' })
  readonly alpha!: number;

  @Field(() => Float, { defaultValue: 0.8, description: 'Chance of finding the effect.' })
  readonly power!: number;

  @Field(() => String, { description: 'The input field whose value is hashed: a user, a flight.' })
  readonly unit!: string;

  @Field(() => String, { nullable: true, description: "Salt of the hash; the experiment's id where it is left out." })
  readonly seed?: string | null;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion!: number;
}

@InputType('ExperimentInput', { description: 'Which experiment.' })
export class ExperimentInput {
  @Field(() => ID, { description: 'The experiment.' })
  readonly experiment!: string;
}

@InputType('StopExperimentInput', { description: 'Which experiment to stop, and why.' })
export class StopExperimentInput extends ExperimentInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@InputType('ChangeExperimentSplitInput', { description: 'Another split of an experiment.' })
export class ChangeExperimentSplitInput extends ExperimentInput {
  @Field(() => Float, { description: "The control's share of all units." })
  readonly controlShare!: number;

  @Field(() => Float, { description: "The candidate's share of all units." })
  readonly candidateShare!: number;

  @Field(() => Int, { description: 'The revision of the experiment that was read.' })
  readonly expectedRevision!: number;
}

@InputType('DecideExperimentInput', { description: 'How a stopped experiment is decided.' })
export class DecideExperimentInput extends ExperimentInput {
  @Field(() => Boolean, { description: 'Whether the candidate ships. This moves no traffic.' })
  readonly ships!: boolean;

  @Field(() => String, { description: 'Why; it stays on record, next to what the analysis recommended.' })
  readonly reason!: string;
}

@ObjectType('ExperimentPayload', { description: 'A changed experiment.' })
@Access(READ)
export class ExperimentPayload extends ChangedPayload {
  @Field(() => ExperimentType, { description: 'The experiment after the change.' })
  readonly experiment!: ExperimentType;

  @Field(() => String, { nullable: true, description: 'What the change costs, if it costs anything.' })
  readonly warning!: string | null;
}
