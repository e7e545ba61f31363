import { Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AppliedDefinitions } from '../../../shared/definitions/apply.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ApplyServingDefinitionsInput, ApplyServingDefinitionsPayload } from './definitions.ts';

@Resolver()
export class ServingDefinitionsResolver {
  @Mutation(() => ApplyServingDefinitionsPayload, {
    description:
      'Applies many definitions of what is served at once: all of them stand afterwards, or none. With dryRun, says what would come of it.',
  })
  @Access(WRITE)
  applyServingDefinitions(
    @Input(() => ApplyServingDefinitionsInput, 'The definitions as they shall be.')
    { dryRun, expected, ...set }: ApplyServingDefinitionsInput,
    @Ctx() context: RegistryContext,
  ): Promise<AppliedDefinitions> {
    return context.registry.servingDefinitions.apply(context, set, { dryRun, expected: expected ?? [] });
  }
}
