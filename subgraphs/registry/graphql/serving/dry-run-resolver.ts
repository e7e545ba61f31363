import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DryRunRecipeInput, RecipeDryRunType } from './dry-run.ts';

@Resolver()
export class DryRunResolver {
  @Query(() => RecipeDryRunType, {
    description: 'Checks a recipe as createRelease does and runs it on sample requests. Freezes and changes nothing.',
  })
  @Access(WRITE)
  async dryRunRecipe(
    @Input(() => DryRunRecipeInput, 'The recipe and the samples.') input: DryRunRecipeInput,
    @Ctx() context: RegistryContext,
  ): Promise<RecipeDryRunType> {
    return new RecipeDryRunType(await context.registry.dryRuns.dryRun(context, input));
  }
}
