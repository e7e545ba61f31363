import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { ReleaseApprovalState } from '../../domain/serving/release-approval.ts';
import { DECIDE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
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
