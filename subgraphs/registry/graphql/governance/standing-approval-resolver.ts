import { Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { DECIDE, READ, WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionPayload } from '../version/model-version.ts';
import {
  ApproveByStandingInput,
  ProposeStandingApprovalInput,
  StandingApprovalConnection,
  StandingApprovalPayload,
  StandingApprovalStepInput,
  StandingApprovalType,
} from './standing-approval.ts';

@Resolver()
export class StandingApprovalResolver {
  @Query(() => StandingApprovalConnection, { description: 'All standing approvals of the project, the newest first.' })
  @Access(READ)
  standingApprovals(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<StandingApprovalType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.standingApprovals.list(context, page),
      keyOf: ({ id }) => [id],
      nodeOf: (row) => new StandingApprovalType(row),
    });
  }

  @Mutation(() => StandingApprovalPayload, {
    description: 'The first half of a standing approval, by an approver; a second one confirms it (rule G18).',
  })
  @Access(DECIDE)
  async proposeStandingApproval(
    @Input(() => ProposeStandingApprovalInput, 'The bounds.') input: ProposeStandingApprovalInput,
    @Ctx() context: RegistryContext,
  ): Promise<StandingApprovalPayload> {
    const { featureService = null, environments, ...bounds } = input;
    const wanted = { ...bounds, featureService, environments: environments ?? [] };
    return new StandingApprovalPayload(await context.registry.standingApprovals.propose(context, wanted));
  }

  @Mutation(() => StandingApprovalPayload, {
    description: 'The second half, by another approver: from here on versions within the bounds are let through.',
  })
  @Access(DECIDE)
  async confirmStandingApproval(
    @Input(() => StandingApprovalStepInput, 'Which, and why.') input: StandingApprovalStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<StandingApprovalPayload> {
    return new StandingApprovalPayload(await context.registry.standingApprovals.confirm(context, input));
  }

  @Mutation(() => StandingApprovalPayload, { description: 'Ends a standing approval at once, by any approver.' })
  @Access(DECIDE)
  async endStandingApproval(
    @Input(() => StandingApprovalStepInput, 'Which, and why.') input: StandingApprovalStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<StandingApprovalPayload> {
    return new StandingApprovalPayload(await context.registry.standingApprovals.end(context, input));
  }

  @Mutation(() => ModelVersionPayload, {
    description:
      'VALIDATED → APPROVED by a standing approval, for machines too: within its bounds, with every gate passed and none waived (rule G18).',
  })
  @Access(WRITE)
  async approveByStanding(
    @Input(() => ApproveByStandingInput, 'The version.') input: ApproveByStandingInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return new ModelVersionPayload(await context.registry.standingApprovals.approve(context, input));
  }
}
