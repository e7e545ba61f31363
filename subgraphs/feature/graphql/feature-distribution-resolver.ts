import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { Input } from '../../shared/graphql/input.ts';
import { READ } from './access.ts';
import type { FeatureContext } from './context.ts';
import { FeatureDistributions, FeatureDistributionsInput } from './feature-distribution.ts';

@Resolver()
export class FeatureDistributionsResolver {
  @Query(() => FeatureDistributions, {
    description:
      'Compares the values that a service had at its recent events with those of a training set: up to 20,000 rows of each, joined by the same law.',
  })
  @Access(READ)
  featureDistributions(
    @Input(() => FeatureDistributionsInput, 'What to compare.') input: FeatureDistributionsInput,
    @Ctx() context: FeatureContext,
  ): Promise<FeatureDistributions> {
    return context.distributions.compare(context, input);
  }
}
