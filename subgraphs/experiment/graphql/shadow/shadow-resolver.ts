import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { DomainError } from '../../../../core/errors.ts';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { shadowIds } from '../../domain/ids.ts';
import type { Shadow, ShadowStatus } from '../../domain/shadow/shadow.ts';
import type { Trust } from '../../domain/trust.ts';
import { READ, WRITE } from '../access.ts';
import { deploymentIn, type ExperimentContext } from '../context.ts';
import { TrustEnum } from '../enums.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';
import { CreateShadowInput, ShadowInput, ShadowPayload, StopShadowInput } from './shadow-input.ts';
import { ShadowConnection, ShadowType, type ShadowPage } from './shadow.ts';
import { ShadowStatusEnum } from './shadow-enums.ts';
import { ShadowImpactType, ShadowSliceType, SignedRankTestType } from './shadow-breakdowns.ts';
import { quantilesOf, ShadowAucType, ShadowLatencyType, ShadowResultType } from './shadow-result.ts';

@ArgsType()
export class ShadowPageArgs extends PageArgs {
  @Field(() => ShadowStatusEnum, { nullable: true, description: 'Only shadows that stand here.' })
  readonly status?: ShadowStatus | null;
}

@ArgsType()
export class ShadowArgs extends ShadowPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only shadows of this deployment.' })
  readonly deployment?: string | null;
}

interface Narrowed {
  readonly deployment?: string | null;
  readonly modelVersion?: string | null;
}

const shadowsOf = (
  args: ShadowPageArgs,
  { deployment = null, modelVersion = null }: Narrowed,
  { reading }: ExperimentContext,
): Promise<ShadowPage> =>
  pageOf(args, {
    sortedBy: ['string'],
    rows: (page) => reading.shadows({ deployment, modelVersion, status: args.status ?? null }, page),
    keyOf: ({ name }) => [name],
    nodeOf: (row) => new ShadowType(row),
  });

const payload = ({ value, eventCursor }: Changed<Shadow>): ShadowPayload => ({
  shadow: new ShadowType(value),
  eventCursor,
});

const WHICH = 'Which shadow.';

@Resolver(() => ShadowType)
export class ShadowResolver {
  @Query(() => ShadowType, { nullable: true, description: 'One shadow by its id; null where there is none.' })
  @Access(READ)
  async shadow(
    @Arg('id', () => ID, { description: 'tiffin:<project>:shadow:<name>, or the name.' }) id: string,
    @Ctx() { reading, actor }: ExperimentContext,
  ): Promise<ShadowType | null> {
    const found = await reading.shadow.load(shadowIds.format(shadowIds.parse(actor.project, id)));
    return found && new ShadowType(found);
  }

  @Query(() => ShadowConnection, { description: 'Shadows by name.' })
  @Access(READ)
  shadows(@Args(() => ShadowArgs) args: ShadowArgs, @Ctx() context: ExperimentContext): Promise<ShadowPage> {
    return shadowsOf(args, { deployment: deploymentIn(context, args.deployment) }, context);
  }

  @FieldResolver(() => ShadowResultType, {
    nullable: true,
    description: 'How it compares with what was answered; null before it has started.',
  })
  @Access(READ)
  async result(
    @Root() { source }: ShadowType,
    @Ctx() { shadows }: ExperimentContext,
    @Arg('trust', () => TrustEnum, {
      defaultValue: 'server',
      description: 'Records of enrolled nodes, or those of devices, which never decide.',
    })
    trust: Trust,
  ): Promise<ShadowResultType | null> {
    if (source.startedAt === null) return null;
    return new ShadowResultType(source, trust, await shadows.result(source, trust));
  }

  @Mutation(() => ShadowPayload, { description: 'Describes a shadow; nothing is scored before it is started.' })
  @Access(WRITE)
  async createShadow(
    @Input(() => CreateShadowInput, 'What to compare.') { seed = null, endsAt = null, ...input }: CreateShadowInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPayload> {
    return payload(await context.shadows.create(context, { ...input, seed, endsAt }));
  }

  @Mutation(() => ShadowPayload, {
    description:
      'Has nodes score the candidate in addition to their answers, or is refused with the name of another shadow.',
  })
  @Access(WRITE)
  async startShadow(
    @Input(() => ShadowInput, WHICH) { shadow }: ShadowInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPayload> {
    return payload(await context.shadows.start(context, shadow));
  }

  @Mutation(() => ShadowPayload, { description: 'Stops it; its pairs stay, and outcomes are still added.' })
  @Access(WRITE)
  async stopShadow(
    @Input(() => StopShadowInput, WHICH) { shadow, reason }: StopShadowInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPayload> {
    return payload(await context.shadows.stop(context, shadow, reason));
  }
}

/** What takes a look at every pair is computed only where it is asked for. */
@Resolver(() => ShadowResultType)
export class ShadowResultResolver {
  @FieldResolver(() => ShadowAucType, { description: 'How well each ranks; nothing is decided by it.' })
  @Access(READ)
  auc(@Root() { shadow, trust }: ShadowResultType, @Ctx() { shadows }: ExperimentContext): Promise<ShadowAucType> {
    return shadows.auc(shadow, trust);
  }

  @FieldResolver(() => ShadowLatencyType, { description: 'How long each takes; waits and features are left out.' })
  @Access(READ)
  async latency(
    @Root() { shadow, trust }: ShadowResultType,
    @Ctx() { shadows }: ExperimentContext,
  ): Promise<ShadowLatencyType> {
    const { n, meanDifference, primary, candidate } = await shadows.latency(shadow, trust);
    return { n, meanDifference, primary: quantilesOf(primary), candidate: quantilesOf(candidate) };
  }
}

@ArgsType()
export class SlicesArgs {
  @Field(() => Int, { defaultValue: 10, description: 'How many, from 1 to 1000.' })
  readonly first!: number;
}

/** What takes a look at every pair, by segment or by cost. */
@Resolver(() => ShadowResultType)
export class ShadowBreakdownResolver {
  @FieldResolver(() => SignedRankTestType, { description: 'Whether the candidate scores higher, by ranks.' })
  @Access(READ)
  wilcoxon(
    @Root() { shadow, trust }: ShadowResultType,
    @Ctx() { shadows }: ExperimentContext,
  ): Promise<SignedRankTestType> {
    return shadows.wilcoxon(shadow, trust);
  }

  @FieldResolver(() => [ShadowSliceType], {
    description: 'Where the candidate disagrees most, beyond what the size of the slice explains.',
  })
  @Access(READ)
  async slices(
    @Root() { shadow, trust }: ShadowResultType,
    @Args(() => SlicesArgs) { first }: SlicesArgs,
    @Ctx() { shadows }: ExperimentContext,
  ): Promise<readonly ShadowSliceType[]> {
    if (!(first >= 1 && first <= 1_000)) {
      throw new DomainError('INVALID_INPUT', `first: is ${first}; allowed: 1 to 1000`, { field: 'first' });
    }
    return (await shadows.slices(shadow, trust)).slice(0, first).map((slice) => new ShadowSliceType(slice));
  }

  @FieldResolver(() => ShadowImpactType, {
    nullable: true,
    description: 'What the candidate would have cost; null where no costs were declared.',
  })
  @Access(READ)
  impact(
    @Root() { shadow, trust }: ShadowResultType,
    @Ctx() { shadows }: ExperimentContext,
  ): Promise<ShadowImpactType | null> {
    return shadows.impact(shadow, trust);
  }
}

@Resolver(() => DeploymentType)
export class DeploymentShadowsResolver {
  @FieldResolver(() => ShadowConnection, { nullable: true, description: 'Shadows of its answers, by name.' })
  @Access(READ)
  shadows(
    @Root() { id }: DeploymentType,
    @Args(() => ShadowPageArgs) args: ShadowPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPage> {
    return shadowsOf(args, { deployment: id }, context);
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionShadowsResolver {
  @FieldResolver(() => ShadowConnection, { nullable: true, description: 'Shadows that it was scored for, by name.' })
  @Access(READ)
  shadows(
    @Root() { id }: ModelVersionType,
    @Args(() => ShadowPageArgs) args: ShadowPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPage> {
    return shadowsOf(args, { modelVersion: id }, context);
  }
}
