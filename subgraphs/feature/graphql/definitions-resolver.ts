import { Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import type { AppliedDefinitions } from '../../shared/definitions/apply.ts';
import { Input } from '../../shared/graphql/input.ts';
import { WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { ApplyFeatureDefinitionsInput, ApplyFeatureDefinitionsPayload } from './definitions.ts';

@Resolver()
export class DefinitionsResolver {
  @Mutation(() => ApplyFeatureDefinitionsPayload, {
    description:
      'Applies many definitions at once: all of them stand afterwards, or none. With dryRun, says what would come of it.',
  })
  @Access(WRITE)
  applyFeatureDefinitions(
    @Input(() => ApplyFeatureDefinitionsInput, 'The definitions as they shall be.')
    { dryRun, expected, ...set }: ApplyFeatureDefinitionsInput,
    @Ctx() context: FeatureContext,
  ): Promise<AppliedDefinitions> {
    return context.definitions.apply(context, set, { dryRun, expected: expected ?? [] });
  }
}
