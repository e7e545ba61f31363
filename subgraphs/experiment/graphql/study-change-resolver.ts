import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { source, type AssetChange } from '../../shared/graphql/change.ts';
import { READ } from './access.ts';
import type { ExperimentContext } from './context.ts';
import { ExperimentType } from './experiment/experiment.ts';
import { RolloutType } from './rollout/rollout.ts';
import { ShadowType } from './shadow/shadow.ts';
import { ExperimentChangeType, RolloutChangeType, ShadowChangeType, StudyChangeArgs } from './study-change.ts';

const sourceOf = (kind: keyof ExperimentContext['changes']) =>
  source((args: StudyChangeArgs, context: ExperimentContext) => context.changes[kind].follow(context, args));

@Resolver(() => ExperimentChangeType)
export class ExperimentChangeResolver {
  @Subscription(() => ExperimentChangeType, {
    description: 'Experiments as they are made, start, change and end.',
    subscribe: sourceOf('experiment'),
  })
  @Access(READ)
  experimentChanged(
    @Root() change: AssetChange,
    @Args(() => StudyChangeArgs) _args: StudyChangeArgs,
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

@Resolver(() => RolloutChangeType)
export class RolloutChangeResolver {
  @Subscription(() => RolloutChangeType, {
    description: 'Rollouts as they are made, start, are judged, go on and end.',
    subscribe: sourceOf('rollout'),
  })
  @Access(READ)
  rolloutChanged(@Root() change: AssetChange, @Args(() => StudyChangeArgs) _args: StudyChangeArgs): RolloutChangeType {
    return new RolloutChangeType(change);
  }

  @FieldResolver(() => RolloutType, { nullable: true, description: 'The rollout as it is now.' })
  async rollout(
    @Root() { event }: RolloutChangeType,
    @Ctx() { reading }: ExperimentContext,
  ): Promise<RolloutType | null> {
    const found = await reading.rollout.load(event.urn);
    return found && new RolloutType(found);
  }
}

@Resolver(() => ShadowChangeType)
export class ShadowChangeResolver {
  @Subscription(() => ShadowChangeType, {
    description: 'Shadows as they are made, start and end.',
    subscribe: sourceOf('shadow'),
  })
  @Access(READ)
  shadowChanged(@Root() change: AssetChange, @Args(() => StudyChangeArgs) _args: StudyChangeArgs): ShadowChangeType {
    return new ShadowChangeType(change);
  }

  @FieldResolver(() => ShadowType, { nullable: true, description: 'The shadow as it is now.' })
  async shadow(@Root() { event }: ShadowChangeType, @Ctx() { reading }: ExperimentContext): Promise<ShadowType | null> {
    const found = await reading.shadow.load(event.urn);
    return found && new ShadowType(found);
  }
}
