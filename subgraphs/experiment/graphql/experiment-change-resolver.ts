import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { source, type AssetChange } from '../../shared/graphql/change.ts';
import { READ } from './access.ts';
import type { ExperimentContext } from './context.ts';
import { ExperimentChangeArgs, ExperimentChangeType } from './experiment-change.ts';
import { ExperimentType } from './experiment.ts';

@Resolver(() => ExperimentChangeType)
export class ExperimentChangeResolver {
  @Subscription(() => ExperimentChangeType, {
    description: 'Experiments as they are made, start, change and end.',
    subscribe: source((args: ExperimentChangeArgs, context: ExperimentContext) =>
      context.experimentChanges.follow(context, args),
    ),
  })
  @Access(READ)
  experimentChanged(
    @Root() change: AssetChange,
    @Args(() => ExperimentChangeArgs) _args: ExperimentChangeArgs,
  ): ExperimentChangeType {
    return new ExperimentChangeType(change);
  }

  @FieldResolver(() => ExperimentType, { nullable: true, description: 'The experiment as it is now.' })
  async experiment(
    @Root() { event }: ExperimentChangeType,
    @Ctx() { reading }: ExperimentContext,
  ): Promise<ExperimentType | null> {
    const found = await reading.experiment.load(event.urn);
    return found && new ExperimentType(found);
  }
}
