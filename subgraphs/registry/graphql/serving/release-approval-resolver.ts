import { Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { ReleaseApprovalState } from '../../domain/serving/release-approval.ts';
import { DECIDE, READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ReleaseConnection } from './deployment.ts';
import { ReleasesArgs } from './releases-args.ts';
import {
  ApproveReleaseInput,
  RejectReleaseInput,
  ReleaseApprovalStateEnum,
  ReleaseApprovalType,
  ReleasePayload,
} from './release-approval.ts';
import { ReleaseType } from './release.ts';

const DECISION = 'The release, and why.';

@Resolver(() => ReleaseType)
export class ReleaseApprovalResolver {
  @Query(() => ReleaseConnection, {
    description: 'The releases of all deployments, the newest first: such as those whose recipe waits for an approval.',
  })
  @Access(READ)
  releases(
    @Args(() => ReleasesArgs) args: ReleasesArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<ReleaseType>> {
    const { approvalStates = null, deployment = null } = args;
    return pageOf(args, {
      sortedBy: ['time', 'string', 'string', 'number'],
      rows: (page) => context.registry.serving.allReleases(context, { approvalStates, deployment }, page),
      keyOf: ({ createdAt, endpoint, environment, number }) => [createdAt.toISOString(), endpoint, environment, number],
      nodeOf: (row) => new ReleaseType(row),
    });
  }

  @FieldResolver(() => ReleaseApprovalStateEnum, {
    description: 'Whether its recipe waits for an approval, has one or needs none. WAITING and REJECTED never answer.',
  })
  async approvalState(
    @Root() { source }: ReleaseType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ReleaseApprovalState> {
    return (await loaders.releaseStanding.load(source)).state;
  }

  @FieldResolver(() => ReleaseApprovalType, {
    nullable: true,
    description: 'What was decided of its recipe, here or on a release with the same one; null: nothing.',
  })
  async approval(
    @Root() { source }: ReleaseType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ReleaseApprovalType | null> {
    const { decided } = await loaders.releaseStanding.load(source);
    return decided && new ReleaseApprovalType(decided);
  }

  @Mutation(() => ReleasePayload, {
    description:
      'Lets the recipe of a release answer, by an approver who did not make it (rules G1, G2). It covers every release of the deployment with the same recipe, whichever versions of its models they run.',
  })
  @Access(DECIDE)
  async approveRelease(
    @Input(() => ApproveReleaseInput, DECISION) { release, reason = null }: ApproveReleaseInput,
    @Ctx() context: RegistryContext,
  ): Promise<ReleasePayload> {
    const { releaseApprovals } = context.registry;
    return new ReleasePayload(await releaseApprovals.decide(context, { release, decision: 'APPROVED', reason }));
  }

  @Mutation(() => ReleasePayload, {
    description: 'Refuses the recipe of a release for good, by an approver who did not make it (rules G1, G2).',
  })
  @Access(DECIDE)
  async rejectRelease(
    @Input(() => RejectReleaseInput, DECISION) { release, reason }: RejectReleaseInput,
    @Ctx() context: RegistryContext,
  ): Promise<ReleasePayload> {
    const { releaseApprovals } = context.registry;
    return new ReleasePayload(await releaseApprovals.decide(context, { release, decision: 'REJECTED', reason }));
  }
}
