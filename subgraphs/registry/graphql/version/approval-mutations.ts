import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { DECIDE, READ, WRITE } from '../access.ts';
import type { ApprovalAction } from '../../domain/version/approval.ts';
import type { RegistryContext } from '../context.ts';
import { GateType } from './decision.ts';
import { ModelVersionPayload } from './model-version-mutations.ts';

@InputType({ description: 'A version to take one step on.' })
export class ModelVersionStepInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@InputType({ description: 'A version to take a step on that others must understand.' })
export class ReasonedStepInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'An approval, and how far it goes.' })
export class ApproveModelVersionInput extends ModelVersionStepInput {
  @Field(() => [String], { nullable: true, description: 'The only environments in which it may serve; left out: all.' })
  environments?: string[] | null;

  @Field(() => Date, { nullable: true, description: 'When the approval ends; left out: never.' })
  expiresAt?: Date | null;
}

@ObjectType({ description: 'What validation found.' })
@Access(WRITE)
export class ValidateModelVersionPayload extends ModelVersionPayload {
  @Field(() => Boolean, { description: 'Whether every gate passed, and so the version became VALIDATED.' })
  passed!: boolean;

  @Field(() => [GateType], { description: 'Every gate with its result.' })
  @Access(READ)
  gates!: readonly GateType[];
}

type PlainAction = Exclude<ApprovalAction, 'VALIDATE' | 'APPROVE'>;

const take = async (
  context: RegistryContext,
  action: PlainAction,
  { id, reason }: { id: string; reason?: string | null },
): Promise<ModelVersionPayload> =>
  new ModelVersionPayload(await context.registry.approvals.take(context, action, id, reason ?? null));

const STEP = 'The version, and why.';

@Resolver()
export class ApprovalMutations {
  @Mutation(() => ModelVersionPayload, { description: 'DRAFT → SUBMITTED: from here on the version does not change.' })
  @Access(WRITE)
  submitModelVersion(
    @Arg('input', () => ModelVersionStepInput, { description: STEP }) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'SUBMIT', input);
  }

  @Mutation(() => ValidateModelVersionPayload, {
    description: 'SUBMITTED → VALIDATED, if every gate passes when it is computed anew from the stored bytes.',
  })
  @Access(WRITE)
  async validateModelVersion(
    @Arg('input', () => ModelVersionStepInput, { description: STEP }) { id }: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ValidateModelVersionPayload> {
    const validated = await context.registry.approvals.validate(context, id);
    const passed = validated.report.every((gate) => gate.passed);
    return Object.assign(new ValidateModelVersionPayload(validated), { passed, gates: validated.report });
  }

  @Mutation(() => ModelVersionPayload, {
    description: 'VALIDATED → APPROVED, by an approver who is none of its makers (rules G1, G2).',
  })
  @Access(DECIDE)
  async approveModelVersion(
    @Arg('input', () => ApproveModelVersionInput, { description: 'The approval.' }) input: ApproveModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    const { id, reason = null, environments, expiresAt = null } = input;
    const terms = { reason, environments: environments ?? [], expiresAt };
    return new ModelVersionPayload(await context.registry.approvals.approve(context, id, terms));
  }

  @Mutation(() => ModelVersionPayload, { description: 'SUBMITTED or VALIDATED → REJECTED, by an approver.' })
  @Access(DECIDE)
  rejectModelVersion(
    @Arg('input', () => ReasonedStepInput, { description: STEP }) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'REJECT', input);
  }

  @Mutation(() => ModelVersionPayload, { description: 'DRAFT, SUBMITTED or VALIDATED → WITHDRAWN.' })
  @Access(WRITE)
  withdrawModelVersion(
    @Arg('input', () => ModelVersionStepInput, { description: STEP }) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'WITHDRAW', input);
  }

  @Mutation(() => ModelVersionPayload, {
    description:
      'APPROVED → SUSPENDED: it takes no new traffic. What serves goes on until it is rolled back or killed.',
  })
  @Access(WRITE)
  suspendModelVersion(
    @Arg('input', () => ReasonedStepInput, { description: STEP }) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'SUSPEND', input);
  }

  @Mutation(() => ModelVersionPayload, {
    description: 'SUSPENDED → APPROVED on the terms it had, by an approver who is none of its makers.',
  })
  @Access(DECIDE)
  reinstateModelVersion(
    @Arg('input', () => ReasonedStepInput, { description: STEP }) input: ReasonedStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'REINSTATE', input);
  }

  @Mutation(() => ModelVersionPayload, { description: 'APPROVED or SUSPENDED → RETIRED, once it takes no traffic.' })
  @Access(WRITE)
  retireModelVersion(
    @Arg('input', () => ModelVersionStepInput, { description: STEP }) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'RETIRE', input);
  }

  @Mutation(() => ModelVersionPayload, { description: 'REJECTED, WITHDRAWN or RETIRED → ARCHIVED.' })
  @Access(WRITE)
  archiveModelVersion(
    @Arg('input', () => ModelVersionStepInput, { description: STEP }) input: ModelVersionStepInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return take(context, 'ARCHIVE', input);
  }
}
