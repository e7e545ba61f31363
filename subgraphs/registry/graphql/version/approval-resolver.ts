import { Input } from '../../../shared/graphql/input.ts';
import { Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { DECIDE, WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionPayload } from './model-version.ts';
import { ValidateModelVersionPayload } from './model-job-payload.ts';
import type { PlainApprovalAction } from '../../operations/version/approvals.ts';
import {
  ApproveModelVersionInput,
  ModelVersionStepInput,
  ReasonedStepInput,
  ValidateModelVersionInput,
  WaiveGateInput,
} from './approval-input.ts';

const STEP = 'The version, and why.';

const step = async (
  context: RegistryContext,
  action: PlainApprovalAction,
  { id, reason = null }: ModelVersionStepInput,
): Promise<ModelVersionPayload> =>
  new ModelVersionPayload(await context.registry.approvals.step(context, { action, id, reason }));

@Resolver()
export class ApprovalResolver {
  @Mutation(() => ModelVersionPayload, { description: 'DRAFT → SUBMITTED: from here on the version does not change.' })
  @Access(WRITE)
  submitModelVersion(
    @Input(() => ModelVersionStepInput, STEP) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'SUBMIT', input);
  }

  @Mutation(() => ValidateModelVersionPayload, {
    description:
      'SUBMITTED → VALIDATED, if every gate of the risk tier passes, or is waived, when it is computed anew from the stored bytes. An APPROVED version stays so.',
  })
  @Access(WRITE)
  async validateModelVersion(
    @Input(() => ValidateModelVersionInput, 'The version.') input: ValidateModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<ValidateModelVersionPayload> {
    return new ValidateModelVersionPayload(await context.registry.approvals.validate(context, input));
  }

  @Mutation(() => ModelVersionPayload, {
    description:
      'VALIDATED → APPROVED, by an approver who is none of its makers, once as many have approved as its risk tier asks for (rules G1, G2, G17).',
  })
  @Access(DECIDE)
  async approveModelVersion(
    @Input(() => ApproveModelVersionInput, 'The approval.') input: ApproveModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    const { id, reason = null, environments, expiresAt = null, conditions } = input;
    const wanted = { id, reason, environments: environments ?? [], expiresAt, conditions: conditions ?? [] };
    return new ModelVersionPayload(await context.registry.approvals.approve(context, wanted));
  }

  @Mutation(() => ModelVersionPayload, {
    description: 'Takes back the caller’s own approval: the version is VALIDATED and takes no new traffic.',
  })
  @Access(DECIDE)
  withdrawApproval(
    @Input(() => ReasonedStepInput, STEP) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'WITHDRAW_APPROVAL', input);
  }

  @Mutation(() => ModelVersionPayload, {
    description:
      'Lets a gate that failed count as passed until a day, by an approver who is none of the makers; then validate again (rules G1, G2, G17).',
  })
  @Access(DECIDE)
  async waiveGate(
    @Input(() => WaiveGateInput, 'The gate, and why.') input: WaiveGateInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return new ModelVersionPayload(await context.registry.approvals.waive(context, input));
  }

  @Mutation(() => ModelVersionPayload, { description: 'SUBMITTED or VALIDATED → REJECTED, by an approver.' })
  @Access(DECIDE)
  rejectModelVersion(
    @Input(() => ReasonedStepInput, STEP) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'REJECT', input);
  }

  @Mutation(() => ModelVersionPayload, { description: 'DRAFT, SUBMITTED or VALIDATED → WITHDRAWN.' })
  @Access(WRITE)
  withdrawModelVersion(
    @Input(() => ModelVersionStepInput, STEP) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'WITHDRAW', input);
  }

  @Mutation(() => ModelVersionPayload, {
    description:
      'APPROVED → SUSPENDED: it takes no new traffic. What serves goes on until it is rolled back or killed.',
  })
  @Access(WRITE)
  suspendModelVersion(
    @Input(() => ReasonedStepInput, STEP) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'SUSPEND', input);
  }

  @Mutation(() => ModelVersionPayload, {
    description: 'SUSPENDED → APPROVED on the terms it had, by an approver who is none of its makers.',
  })
  @Access(DECIDE)
  reinstateModelVersion(
    @Input(() => ReasonedStepInput, STEP) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'REINSTATE', input);
  }

  @Mutation(() => ModelVersionPayload, { description: 'APPROVED or SUSPENDED → RETIRED, once it takes no traffic.' })
  @Access(WRITE)
  retireModelVersion(
    @Input(() => ModelVersionStepInput, STEP) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'RETIRE', input);
  }

  @Mutation(() => ModelVersionPayload, { description: 'REJECTED, WITHDRAWN or RETIRED → ARCHIVED.' })
  @Access(WRITE)
  archiveModelVersion(
    @Input(() => ModelVersionStepInput, STEP) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return step(context, 'ARCHIVE', input);
  }
}
