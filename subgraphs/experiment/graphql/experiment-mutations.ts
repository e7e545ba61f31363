import { Arg, Ctx, Field, Float, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { Name } from '../../../schema/common.ts';
import { Access } from '../../shared/auth/access.ts';
import { validated } from '../../../schema/validated.ts';
import type { MdeKind } from '../domain/design.ts';
import { experimentUrn, type Changed } from '../experiments.ts';
import { experimentName } from '../reading.ts';
import { READ, WRITE } from './access.ts';
import type { ExperimentContext } from './context.ts';
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

  @Field(() => String, { nullable: true, description: "Salt of the hash; the experiment's id unless told." })
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

  @Field(() => String, { description: 'Why; it stays on record, beside what the analysis recommended.' })
  readonly reason!: string;
}

@ObjectType('ExperimentPayload', { description: 'A changed experiment.' })
@Access(READ)
export class ExperimentPayload {
  @Field(() => ExperimentType, { description: 'The experiment after the change.' })
  readonly experiment!: ExperimentType;

  @Field(() => String, { nullable: true, description: 'What the change costs, if it costs anything.' })
  readonly warning!: string | null;

  @Field(() => String, { description: 'Pass it as after to search or lineage to see the change there.' })
  readonly eventCursor!: string;
}

const payload = ({ experiment, eventCursor }: Changed, warning: string | null = null): ExperimentPayload => ({
  experiment: new ExperimentType(experiment),
  warning,
  eventCursor,
});

export const NewName = z.object({ name: Name });
const WHICH = 'Which experiment.';

function nameOf(id: string, { actor }: ExperimentContext): string {
  const name = experimentName(id, actor.project);
  if (name !== null) return name;
  throw new DomainError('NOT_FOUND', `there is no experiment ${id}`, { field: 'experiment' });
}

export function hashVersionOf(version: number): 1 | 2 {
  if (version === 1 || version === 2) return version;
  throw new DomainError('INVALID_INPUT', `hashVersion is ${version}; allowed: 1 or 2`, { field: 'hashVersion' });
}

@Resolver()
export class ExperimentMutations {
  @Mutation(() => ExperimentPayload, { description: 'Designs an experiment; nothing is split before it is started.' })
  @Access(WRITE)
  async createExperiment(
    @Arg('input', () => CreateExperimentInput, { description: 'The design.' }) input: CreateExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    const { name } = validated(NewName, { name: input.name });
    const { description, hypothesis, deployment, positiveFrom, unit } = input;
    const { baseline, mde, mdeKind, alpha, power } = input;
    const changed = await context.experiments.create(
      {
        name,
        description,
        hypothesis,
        deployment,
        positiveFrom,
        unit,
        control: { release: input.controlRelease, modelVersion: null },
        candidate: { release: input.candidateRelease, modelVersion: null },
        seed: input.seed ?? experimentUrn({ project: context.actor.project, name }),
        hashVersion: hashVersionOf(input.hashVersion),
        split: { control: input.controlShare, candidate: input.candidateShare },
        design: { baseline, mde, mdeKind, alpha, power },
      },
      context,
    );
    return payload(changed);
  }

  @Mutation(() => ExperimentPayload, {
    description: "Starts it: takes the lease of the deployment's traffic, or is refused with the holder's name.",
  })
  @Access(WRITE)
  async startExperiment(
    @Arg('input', () => ExperimentInput, { description: WHICH }) { experiment }: ExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.start(nameOf(experiment, context), context));
  }

  @Mutation(() => ExperimentPayload, { description: 'Changes the split; of a running experiment by a new revision.' })
  @Access(WRITE)
  async changeExperimentSplit(
    @Arg('input', () => ChangeExperimentSplitInput, { description: 'The new split.' })
    { experiment, controlShare, candidateShare, expectedRevision }: ChangeExperimentSplitInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    const split = { control: controlShare, candidate: candidateShare };
    const name = nameOf(experiment, context);
    const changed = await context.experiments.changeSplit(name, split, expectedRevision, context);
    const { status, splitRevision } = changed.experiment;
    const costs = `revision ${splitRevision} begins with no units: those of revision ${splitRevision - 1} stay apart`;
    return payload(changed, status === 'RUNNING' ? costs : null);
  }

  @Mutation(() => ExperimentPayload, { description: 'Stops it and gives the lease back; it never runs again.' })
  @Access(WRITE)
  async stopExperiment(
    @Arg('input', () => StopExperimentInput, { description: WHICH }) { experiment, reason }: StopExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.stop(nameOf(experiment, context), reason, context));
  }

  @Mutation(() => ExperimentPayload, { description: 'Decides a stopped experiment; traffic is moved in the registry.' })
  @Access(WRITE)
  async decideExperiment(
    @Arg('input', () => DecideExperimentInput, { description: 'The decision.' })
    { experiment, ships, reason }: DecideExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.decide(nameOf(experiment, context), ships, reason, context));
  }

  @Mutation(() => ExperimentPayload, { description: 'Puts it away; it stays readable.' })
  @Access(WRITE)
  async archiveExperiment(
    @Arg('input', () => ExperimentInput, { description: WHICH }) { experiment }: ExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.archive(nameOf(experiment, context), context));
  }
}
