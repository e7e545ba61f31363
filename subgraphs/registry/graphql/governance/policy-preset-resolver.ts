import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { ADMIN, READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ImportPolicyPresetInput, PolicyPresetPayload, PolicyPresetType } from './policy-preset.ts';

@Resolver()
export class PolicyPresetResolver {
  @Query(() => [PolicyPresetType], {
    description: 'What regulators ask for, which control here answers it, and what nothing here answers.',
  })
  @Access(READ)
  async policyPresets(@Ctx() context: RegistryContext): Promise<PolicyPresetType[]> {
    return (await context.registry.policyPresets.all(context)).map((view) => new PolicyPresetType(view));
  }

  @Query(() => PolicyPresetType, { nullable: true, description: 'One preset; null if there is none of that id.' })
  @Access(READ)
  async policyPreset(
    @Arg('id', () => ID, { description: 'Its id, whole or short: RBI.' }) id: string,
    @Ctx() context: RegistryContext,
  ): Promise<PolicyPresetType | null> {
    const view = await context.registry.policyPresets.one(context, id);
    return view && new PolicyPresetType(view);
  }

  @Mutation(() => PolicyPresetPayload, {
    description:
      'Has each risk tier ask for what the preset asks for, besides what it asks for already. As with setTierPolicy, approvals of tiers that change are void until given again (rule G3); what serves goes on.',
  })
  @Access(ADMIN)
  async importPolicyPreset(
    @Input(() => ImportPolicyPresetInput, 'The preset, and why.') input: ImportPolicyPresetInput,
    @Ctx() context: RegistryContext,
  ): Promise<PolicyPresetPayload> {
    return new PolicyPresetPayload(await context.registry.policyPresets.import(context, input));
  }
}
