import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { WantedAllocation, WantedTraffic } from '../../../../schema/manifest.ts';
import { Access } from '../../../shared/auth/access.ts';
import { validated } from '../../../../schema/validated.ts';
import { READ, TRAFFIC } from '../access.ts';
import type { TrafficChange } from '../../domain/serving/traffic.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';

@InputType({ description: 'Which deployment, and why.' })
class TrafficInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Names the decision, such as a verdict’s id: the same cause again changes nothing.',
  })
  cause?: string | null;
}

@InputType({ description: 'Which deployment, and why.' })
export class ReasonedTrafficInput extends TrafficInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'All layers of a deployment’s traffic.' })
export class SetTrafficInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => Int, { description: 'The revision of the traffic that was read; 0 while nothing serves.' })
  expectedRevision!: number;

  @Field(() => GraphQLJSON, {
    description:
      'The layers in their order: FORCED, HOLDOUT, VARIANT, ALLOCATION, SHADOW, DEFAULT. A release is named by its id or its digest. What is left out ends.',
  })
  layers!: unknown;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@InputType({ description: 'A release to make the default.' })
export class PromoteReleaseInput extends ReasonedTrafficInput {
  @Field(() => ID, { description: 'The release, by its id or its digest.' })
  release!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'One arm of an allocation.' })
export class AllocationArmInput {
  @Field(() => String, { description: 'Its name.' })
  arm!: string;

  @Field(() => ID, { description: 'The release that it serves, by its id or its digest.' })
  release!: string;

  @Field(() => GraphQLJSON, { description: 'Its shares of the hash space: [[from, to], …], from ≥ 0 and to ≤ 1.' })
  ranges!: unknown;
}

@InputType({ description: 'A split of traffic by hash.' })
export class AcquireAllocationInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The experiment or rollout that holds it.' })
  holder!: string;

  @Field(() => Int, { description: 'The holder’s own revision; another split takes a higher one.' })
  holderRevision!: number;

  @Field(() => String, { description: 'Salt of the hash.' })
  seed!: string;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  hashVersion!: number;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  unit!: string;

  @Field(() => [AllocationArmInput], { description: 'The arms: at least two.' })
  arms!: AllocationArmInput[];

  @Field(() => Date, { nullable: true, description: 'When nodes stop splitting by themselves; left out: never.' })
  endsAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'A split of traffic to end.' })
export class ReleaseAllocationInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The experiment or rollout that holds it.' })
  holder!: string;

  @Field(() => ID, { nullable: true, description: 'A release to make the default in the same change.' })
  promote?: string | null;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@ObjectType({ description: 'A deployment after a change of its traffic.' })
@Access(TRAFFIC)
export class TrafficPayload {
  @Field(() => DeploymentType, { description: 'The deployment as it is now.' })
  @Access(READ)
  deployment!: DeploymentType;

  @Field(() => Boolean, { description: 'False: this cause had been carried out before, and nothing changed.' })
  applied!: boolean;

  @Field(() => String, { description: 'Where the change stands in the feed: search and lineage can wait for it.' })
  eventCursor!: string;
}

export const DESCRIPTION = 'The change.';

/** Makes one change and answers what came of it. */
export async function take(
  context: RegistryContext,
  { deployment, cause, reason }: { deployment: string; cause?: string | null; reason?: string | null },
  change: TrafficChange,
): Promise<TrafficPayload> {
  const { value, applied, eventCursor } = await context.registry.traffic.change(context, {
    deployment,
    change,
    cause: cause ?? null,
    reason: reason ?? null,
  });
  return { deployment: new DeploymentType(value), applied, eventCursor };
}

/** The revision that was read, where the caller told. */
export const expected = (revision: number | null | undefined): { expectedRevision?: number } =>
  revision === undefined || revision === null ? {} : { expectedRevision: revision };

@Resolver()
export class TrafficMutations {
  @Mutation(() => TrafficPayload, {
    description: 'Replaces all layers of a deployment’s traffic, against the revision that was read.',
  })
  @Access(TRAFFIC)
  setTraffic(
    @Arg('input', () => SetTrafficInput, { description: DESCRIPTION }) input: SetTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const layers = validated(WantedTraffic, input.layers);
    return take(context, input, { kind: 'SET', layers, expectedRevision: input.expectedRevision });
  }

  @Mutation(() => TrafficPayload, { description: 'Makes a release the default; the other layers stay.' })
  @Access(TRAFFIC)
  promoteRelease(
    @Arg('input', () => PromoteReleaseInput, { description: DESCRIPTION }) input: PromoteReleaseInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return take(context, input, { kind: 'PROMOTE', release: input.release, ...expected(input.expectedRevision) });
  }

  @Mutation(() => TrafficPayload, {
    description: 'Goes back to the release before, without a new approval (rule G7); a split of traffic ends.',
  })
  @Access(TRAFFIC)
  rollback(
    @Arg('input', () => ReasonedTrafficInput, { description: DESCRIPTION }) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return take(context, input, { kind: 'ROLLBACK', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Goes back to the release before, or stops the deployment if none is fit; never refused for a revision. Splits are frozen.',
  })
  @Access(TRAFFIC)
  fallbackDeployment(
    @Arg('input', () => ReasonedTrafficInput, { description: DESCRIPTION }) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return take(context, input, { kind: 'FALLBACK', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Stops the model: only the recipe’s fallback answers. Never refused for a revision. Splits are frozen.',
  })
  @Access(TRAFFIC)
  killDeployment(
    @Arg('input', () => ReasonedTrafficInput, { description: DESCRIPTION }) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return take(context, input, { kind: 'KILL', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, { description: 'Lifts a kill and a freeze; a person does this, no service.' })
  @Access(TRAFFIC)
  releaseLease(
    @Arg('input', () => ReasonedTrafficInput, { description: DESCRIPTION }) input: ReasonedTrafficInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return take(context, input, { kind: 'RESUME', reason: input.reason });
  }

  @Mutation(() => TrafficPayload, {
    description:
      'Takes the lease of a deployment’s traffic and splits it by hash; refused with the holder’s name if taken.',
  })
  @Access(TRAFFIC)
  acquireAllocation(
    @Arg('input', () => AcquireAllocationInput, { description: DESCRIPTION }) input: AcquireAllocationInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { holder, holderRevision, seed, hashVersion, unit, arms, endsAt } = input;
    const layer = validated(WantedAllocation, {
      kind: 'ALLOCATION',
      holder,
      holderRevision,
      seed,
      hashVersion,
      unit,
      arms: arms.map(({ arm, release, ranges }) => ({ arm, release, ranges })),
      endsAt: endsAt?.toISOString() ?? null,
    });
    return take(context, input, { kind: 'ACQUIRE', layer, ...expected(input.expectedRevision) });
  }

  @Mutation(() => TrafficPayload, { description: 'Ends a split of traffic and gives the lease back.' })
  @Access(TRAFFIC)
  releaseAllocation(
    @Arg('input', () => ReleaseAllocationInput, { description: DESCRIPTION }) input: ReleaseAllocationInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    const { holder, promote } = input;
    return take(context, input, { kind: 'RELEASE', holder, ...(typeof promote === 'string' && { promote }) });
  }
}
