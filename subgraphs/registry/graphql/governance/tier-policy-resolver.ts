import { Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { ADMIN, READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { SetTierPolicyInput, TierPolicyPayload, TierPolicyType } from './tier-policy.ts';

@Resolver()
export class TierPolicyResolver {
  @Query(() => [TierPolicyType], { description: 'What each risk tier asks of a model version, LOW first.' })
  @Access(READ)
  async tierPolicies(@Ctx() context: RegistryContext): Promise<TierPolicyType[]> {
    return (await context.registry.tierPolicies.all(context)).map((stored) => new TierPolicyType(stored));
  }

  @Mutation(() => TierPolicyPayload, {
    description:
      'Changes what a risk tier asks for. Approvals of its versions are void until they are validated and approved again (rule G3); what serves goes on.',
  })
  @Access(ADMIN)
  async setTierPolicy(
    @Input(() => SetTierPolicyInput, 'The policy.') input: SetTierPolicyInput,
    @Ctx() context: RegistryContext,
  ): Promise<TierPolicyPayload> {
    return new TierPolicyPayload((await context.registry.tierPolicies.set(context, input)).value);
  }
}
