import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import type { RiskTier, StoredTierPolicy, TierPolicy } from '../../domain/governance/tier-policy.ts';
import { tierPolicyUrn } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import { RiskTierEnum } from '../version/model-version.ts';

@ObjectType('TierPolicy', { description: 'What a risk tier asks of a model version before it may serve.' })
@Access(READ)
export class TierPolicyType {
  @Field(() => ID, { description: 'tiffin:<project>:tier-policy:<tier>' })
  readonly id: string;

  @Field(() => RiskTierEnum, { description: 'The tier.' })
  readonly tier: RiskTier;

  @Field(() => GraphQLJSON, {
    description:
      'Approvals, committee, revalidateDays, evaluation, quality, fairness, security, compatibility, performance and explainability; null, or an empty list, asks for nothing.',
  })
  readonly policy: TierPolicy;

  @Field(() => Int, { description: 'Counts its changes; 0: it is as it comes.' })
  readonly revision: number;

  @Field(() => String, { nullable: true, description: 'Who changed it last.' })
  readonly changedBy: string | null;

  @Field(() => Date, { nullable: true, description: 'When.' })
  readonly changedAt: Date | null;

  constructor(stored: StoredTierPolicy) {
    this.id = tierPolicyUrn.format({ project: stored.project, name: stored.tier });
    this.tier = stored.tier;
    this.policy = stored.policy;
    this.revision = stored.revision;
    this.changedBy = stored.changedBy;
    this.changedAt = stored.changedAt;
  }
}

@ObjectType({ description: 'A policy after a change.' })
@Access(READ)
export class TierPolicyPayload {
  @Field(() => TierPolicyType, { description: 'The policy as it is now.' })
  readonly tierPolicy: TierPolicyType;

  constructor(stored: StoredTierPolicy) {
    this.tierPolicy = new TierPolicyType(stored);
  }
}

@InputType({ description: 'What a risk tier is to ask for.' })
export class SetTierPolicyInput {
  @Field(() => RiskTierEnum, { description: 'The tier.' })
  tier!: RiskTier;

  @Field(() => GraphQLJSON, { description: 'The whole policy, as `tierPolicies` shows it.' })
  policy!: unknown;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}
