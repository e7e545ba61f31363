import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { DomainError } from '../../../../core/errors.ts';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { rolloutIds } from '../../domain/ids.ts';
import { STAGED_5_20_50_100, type Rollout, type RolloutStatus } from '../../domain/rollout/rollout.ts';
import type { RolloutInput as NewRollout } from '../../operations/rollout/rollouts.ts';
import { APPROVE, READ, WRITE } from '../access.ts';
import { deploymentIn, type ExperimentContext } from '../context.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';
import { RolloutStatusEnum } from './rollout-enums.ts';
import { CreateRolloutInput, ReasonedRolloutInput, RolloutInput, RolloutPayload } from './rollout-input.ts';
import {
  RolloutEvaluationType,
  RolloutVerdictConnection,
  RolloutVerdictType,
  type RolloutVerdictPage,
} from './rollout-verdict.ts';
import { RolloutConnection, RolloutType, type RolloutPage } from './rollout.ts';

@ArgsType()
export class RolloutPageArgs extends PageArgs {
  @Field(() => RolloutStatusEnum, { nullable: true, description: 'Only rollouts that stand here.' })
  readonly status?: RolloutStatus | null;
}

@ArgsType()
export class RolloutArgs extends RolloutPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only rollouts on this deployment.' })
  readonly deployment?: string | null;
}

interface Narrowed {
  readonly deployment?: string | null;
  readonly modelVersion?: string | null;
}

const rolloutsOf = (
  args: RolloutPageArgs,
  { deployment = null, modelVersion = null }: Narrowed,
  { reading }: ExperimentContext,
): Promise<RolloutPage> =>
  pageOf(args, {
    sortedBy: ['string'],
    rows: (page) => reading.rollouts({ deployment, modelVersion, status: args.status ?? null }, page),
    keyOf: ({ name }) => [name],
    nodeOf: (row) => new RolloutType(row),
  });

const payload = ({ value, eventCursor }: Changed<Rollout>): RolloutPayload => ({
  rollout: new RolloutType(value),
  eventCursor,
});

/** Its own steps, those of a plan that is known by name, or a switch that brings its own. */
function planOf({ steps, preset, blueGreen }: CreateRolloutInput): Pick<NewRollout, 'steps' | 'blueGreen'> {
  const given = Object.entries({ steps, preset, blueGreen }).filter(([, plan]) => (plan ?? null) !== null);
  if (given.length !== 1) {
    const allowed = ['steps', 'preset', 'blueGreen'];
    throw new DomainError('INVALID_INPUT', `steps: give exactly one of ${allowed.join(', ')}`, {
      field: 'steps',
      allowed,
    });
  }
  if (blueGreen) return { steps: [], blueGreen };
  const own = steps?.map(({ margins, ...step }) => ({
    ...step,
    margins: Object.fromEntries(margins.map(({ metric, margin }) => [metric, margin])),
  }));
  return { steps: own ?? STAGED_5_20_50_100, blueGreen: null };
}

const WHICH = 'Which rollout.';

@Resolver(() => RolloutType)
export class RolloutResolver {
  @Query(() => RolloutType, { nullable: true, description: 'One rollout by its id; null where there is none.' })
  @Access(READ)
  async rollout(
    @Arg('id', () => ID, { description: 'tiffin:<project>:rollout:<name>, or the name.' }) id: string,
    @Ctx() { reading, actor }: ExperimentContext,
  ): Promise<RolloutType | null> {
    const found = await reading.rollout.load(rolloutIds.format(rolloutIds.parse(actor.project, id)));
    return found && new RolloutType(found);
  }

  @Query(() => RolloutConnection, { description: 'Rollouts by name.' })
  @Access(READ)
  rollouts(@Args(() => RolloutArgs) args: RolloutArgs, @Ctx() context: ExperimentContext): Promise<RolloutPage> {
    return rolloutsOf(args, { deployment: deploymentIn(context, args.deployment) }, context);
  }

  @FieldResolver(() => RolloutEvaluationType, {
    nullable: true,
    description: 'What it would be judged now; null where no step is in force. Asking moves nothing.',
  })
  @Access(READ)
  async evaluation(
    @Root() { source }: RolloutType,
    @Ctx() { rollouts }: ExperimentContext,
  ): Promise<RolloutEvaluationType | null> {
    const verdict = await rollouts.verdictNow(source);
    return verdict && new RolloutEvaluationType(verdict);
  }

  @FieldResolver(() => RolloutVerdictConnection, {
    description: 'Its verdicts, the newest first. One that waits or holds as the one before it is not kept.',
  })
  @Access(READ)
  verdicts(
    @Root() { source }: RolloutType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reading }: ExperimentContext,
  ): Promise<RolloutVerdictPage> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => reading.verdicts(source, page),
      keyOf: ({ number }) => [number],
      nodeOf: (row) => new RolloutVerdictType(row),
    });
  }

  @Mutation(() => RolloutPayload, { description: 'Plans a rollout; no traffic moves before it is started.' })
  @Access(WRITE)
  async createRollout(
    @Input(() => CreateRolloutInput, 'The plan.') input: CreateRolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    const { preset: _, guardrails, seed = null, ...rest } = input;
    return payload(await context.rollouts.create(context, { ...rest, ...planOf(input), guardrails, seed }));
  }

  @Mutation(() => RolloutPayload, {
    description:
      "Begins its first step: takes the lease of the deployment's traffic, or is refused with the holder's name.",
  })
  @Access(WRITE)
  async startRollout(
    @Input(() => RolloutInput, WHICH) { rollout }: RolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.start(context, rollout));
  }

  @Mutation(() => RolloutType, {
    description:
      'Judges it now, as it is by itself from time to time, and does what follows. Twice at once counts once.',
  })
  @Access(WRITE)
  async evaluateRollout(
    @Input(() => RolloutInput, WHICH) { rollout }: RolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutType> {
    return new RolloutType(await context.rollouts.evaluate(context, rollout));
  }

  @Mutation(() => RolloutPayload, {
    description:
      'Holds it where it is: it goes no further. A candidate that is shown to harm is rolled back all the same.',
  })
  @Access(WRITE)
  async pauseRollout(
    @Input(() => ReasonedRolloutInput, WHICH) { rollout, reason }: ReasonedRolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.pause(context, rollout, reason));
  }

  @Mutation(() => RolloutPayload, { description: 'Lets a paused one go on; what bakes begins to bake anew.' })
  @Access(WRITE)
  async resumeRollout(
    @Input(() => RolloutInput, WHICH) { rollout }: RolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.resume(context, rollout));
  }

  @Mutation(() => RolloutPayload, {
    description: 'Lets the step in force go on once its guardrails hold; never by whoever made the rollout.',
  })
  @Access(APPROVE)
  async approveRolloutStep(
    @Input(() => RolloutInput, WHICH) { rollout }: RolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.approveStep(context, rollout));
  }

  @Mutation(() => RolloutPayload, {
    description:
      'Goes on to the next step whatever the guardrails say; from the last one the candidate becomes the default.',
  })
  @Access(APPROVE)
  async skipRolloutStep(
    @Input(() => ReasonedRolloutInput, WHICH) { rollout, reason }: ReasonedRolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.skipStep(context, rollout, reason));
  }

  @Mutation(() => RolloutPayload, {
    description: 'Makes the candidate the default at once, whatever is still to come.',
  })
  @Access(APPROVE)
  async promoteRollout(
    @Input(() => ReasonedRolloutInput, WHICH) { rollout, reason }: ReasonedRolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.promote(context, rollout, reason));
  }

  @Mutation(() => RolloutPayload, { description: 'Gives the traffic back: what answered before answers all.' })
  @Access(WRITE)
  async abortRollout(
    @Input(() => ReasonedRolloutInput, WHICH) { rollout, reason }: ReasonedRolloutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPayload> {
    return payload(await context.rollouts.abort(context, rollout, reason));
  }
}

@Resolver(() => DeploymentType)
export class DeploymentRolloutsResolver {
  @FieldResolver(() => RolloutConnection, { nullable: true, description: 'Rollouts on it, by name.' })
  @Access(READ)
  rollouts(
    @Root() { id }: DeploymentType,
    @Args(() => RolloutPageArgs) args: RolloutPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPage> {
    return rolloutsOf(args, { deployment: id }, context);
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionRolloutsResolver {
  @FieldResolver(() => RolloutConnection, { nullable: true, description: 'Rollouts that it was in, by name.' })
  @Access(READ)
  rollouts(
    @Root() { id }: ModelVersionType,
    @Args(() => RolloutPageArgs) args: RolloutPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPage> {
    return rolloutsOf(args, { modelVersion: id }, context);
  }
}
