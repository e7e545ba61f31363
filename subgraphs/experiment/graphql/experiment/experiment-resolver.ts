import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import type { Experiment, ExperimentStatus } from '../../domain/experiment/experiment.ts';
import { experimentIds } from '../../domain/ids.ts';
import { costsOf } from '../../domain/experiment/revision.ts';
import type { Trust } from '../../domain/trust.ts';
import { READ, WRITE } from '../access.ts';
import { deploymentIn, type ExperimentContext } from '../context.ts';
import { StatusEnum, TrustEnum } from '../enums.ts';
import { askedExperiment } from './asked-experiment.ts';
import {
  ChangeExperimentSplitInput,
  CreateExperimentInput,
  DecideExperimentInput,
  ExperimentInput,
  ExperimentPayload,
  ReviseExperimentInput,
  SetClientEvaluationInput,
  StopExperimentInput,
} from './experiment-input.ts';
import { ExperimentConnection, ExperimentType, type ExperimentPage } from './experiment.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';
import { ExperimentResultType } from './result.ts';

@ArgsType()
export class StatusPageArgs extends PageArgs {
  @Field(() => StatusEnum, { nullable: true, description: 'Only experiments that stand here.' })
  readonly status?: ExperimentStatus | null;
}

@ArgsType()
export class ExperimentArgs extends StatusPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only experiments on this deployment.' })
  readonly deployment?: string | null;
}

@ArgsType()
export class ResultArgs {
  @Field(() => Int, { nullable: true, description: 'Which revision; the newest where it is left out.' })
  readonly revision?: number | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}

interface Narrowed {
  readonly deployment?: string | null;
  readonly modelVersion?: string | null;
}

const experimentsOf = (
  args: StatusPageArgs,
  { deployment = null, modelVersion = null }: Narrowed,
  { reading }: ExperimentContext,
): Promise<ExperimentPage> =>
  pageOf(args, {
    sortedBy: ['string'],
    rows: (page) => reading.experiments({ deployment, modelVersion, status: args.status ?? null }, page),
    keyOf: ({ name }) => [name],
    nodeOf: (row) => new ExperimentType(row),
  });

const payload = ({ value, eventCursor }: Changed<Experiment>, warning: string | null = null): ExperimentPayload => ({
  experiment: new ExperimentType(value),
  warning,
  eventCursor,
});

/** What a new revision costs an experiment that runs. */
const revisedPayload = (changed: Changed<Experiment>): ExperimentPayload => {
  const { status, revisions } = changed.value;
  const costs = status === 'RUNNING' ? costsOf(revisions) : [];
  return payload(changed, costs.length > 0 ? costs.join('; ') : null);
};

const WHICH = 'Which experiment.';

@Resolver(() => ExperimentType)
export class ExperimentResolver {
  @Query(() => ExperimentType, { nullable: true, description: 'One experiment by its id; null where there is none.' })
  @Access(READ)
  async experiment(
    @Arg('id', () => ID, { description: 'tiffin:<project>:experiment:<name>, or the name.' }) id: string,
    @Ctx() { reading, actor }: ExperimentContext,
  ): Promise<ExperimentType | null> {
    const found = await reading.experiment.load(experimentIds.format(experimentIds.parse(actor.project, id)));
    return found && new ExperimentType(found);
  }

  @Query(() => ExperimentConnection, { description: 'Experiments by name.' })
  @Access(READ)
  experiments(
    @Args(() => ExperimentArgs) args: ExperimentArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPage> {
    return experimentsOf(args, { deployment: deploymentIn(context, args.deployment) }, context);
  }

  @FieldResolver(() => ExperimentResultType, {
    nullable: true,
    description: 'Its analysis; null before it has started.',
  })
  @Access(READ)
  async result(
    @Root() { experiment }: ExperimentType,
    @Args(() => ResultArgs) { revision, trust }: ResultArgs,
    @Ctx() { experiments }: ExperimentContext,
  ): Promise<ExperimentResultType | null> {
    const wanted = revision ?? experiment.splitRevision;
    const result = await experiments.result(experiment, wanted, trust);
    return result && new ExperimentResultType(experiment, wanted, result);
  }

  @Mutation(() => ExperimentPayload, { description: 'Designs an experiment; nothing is split before it is started.' })
  @Access(WRITE)
  async createExperiment(
    @Input(() => CreateExperimentInput, 'The design.') input: CreateExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.create(context, askedExperiment(input)));
  }

  @Mutation(() => ExperimentPayload, {
    description:
      "Starts it: takes the lease of the deployment's traffic, or is refused with the holder's name. Where the registry does not answer, it is not started: what the registry may have done is taken back.",
  })
  @Access(WRITE)
  async startExperiment(
    @Input(() => ExperimentInput, WHICH) { experiment }: ExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.start(context, experiment));
  }

  @Mutation(() => ExperimentPayload, { description: 'Changes the split; of a running experiment by a new revision.' })
  @Access(WRITE)
  async changeExperimentSplit(
    @Input(() => ChangeExperimentSplitInput, 'The new split.')
    input: ChangeExperimentSplitInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return revisedPayload(await context.experiments.changeSplit(context, input));
  }

  @Mutation(() => ExperimentPayload, {
    description:
      'Changes what it is about or what it compares as well; of a running experiment by a new revision, whose cost the warning says. Refused once its planned units are there: another revision would hide the answer.',
  })
  @Access(WRITE)
  async reviseExperiment(
    @Input(() => ReviseExperimentInput, 'The change.')
    { experiment, expectedRevision, targeting, secondary, guardrails, segments }: ReviseExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    const changed = await context.experiments.revise(context, {
      experiment,
      expectedRevision,
      ...(typeof targeting === 'string' && { targeting }),
      ...(secondary && { secondary }),
      ...(guardrails && { guardrails }),
      ...(segments && { segments }),
    });
    return revisedPayload(changed);
  }

  @Mutation(() => ExperimentPayload, { description: 'Stops it and gives the lease back; it never runs again.' })
  @Access(WRITE)
  async stopExperiment(
    @Input(() => StopExperimentInput, WHICH) { experiment, reason }: StopExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.stop(context, experiment, reason));
  }

  @Mutation(() => ExperimentPayload, { description: 'Decides a stopped experiment; traffic is moved in the registry.' })
  @Access(WRITE)
  async decideExperiment(
    @Input(() => DecideExperimentInput, 'The decision.')
    input: DecideExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.decide(context, input));
  }

  @Mutation(() => ExperimentPayload, {
    description:
      "Lets clients evaluate it by themselves, with an SDK of GrowthBook, or no longer: it is shown to them as a feature of its name, whose value is an arm's name.",
  })
  @Access(WRITE)
  async setClientEvaluation(
    @Input(() => SetClientEvaluationInput, 'Whether they may.') input: SetClientEvaluationInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.setClientEvaluation(context, input));
  }

  @Mutation(() => ExperimentPayload, { description: 'Archives it; it stays readable.' })
  @Access(WRITE)
  async archiveExperiment(
    @Input(() => ExperimentInput, WHICH) { experiment }: ExperimentInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPayload> {
    return payload(await context.experiments.archive(context, experiment));
  }
}

@Resolver(() => DeploymentType)
export class DeploymentExperimentsResolver {
  @FieldResolver(() => ExperimentConnection, { nullable: true, description: 'Experiments on it, by name.' })
  @Access(READ)
  experiments(
    @Root() { id }: DeploymentType,
    @Args(() => StatusPageArgs) args: StatusPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPage> {
    return experimentsOf(args, { deployment: id }, context);
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionExperimentsResolver {
  @FieldResolver(() => ExperimentConnection, {
    nullable: true,
    description: 'Experiments that it was an arm of, by name.',
  })
  @Access(READ)
  experiments(
    @Root() { id }: ModelVersionType,
    @Args(() => StatusPageArgs) args: StatusPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPage> {
    return experimentsOf(args, { modelVersion: id }, context);
  }
}
