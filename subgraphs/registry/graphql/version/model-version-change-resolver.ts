import { Args, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { source, type AssetChange } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionChangeArgs, ModelVersionChangeType } from './model-version-change.ts';
import { ModelVersionType } from './model-version.ts';

@Resolver(() => ModelVersionChangeType)
export class ModelVersionChangeResolver {
  @Subscription(() => ModelVersionChangeType, {
    description: 'Model versions as they are registered, and as they are approved or not.',
    subscribe: source((args: ModelVersionChangeArgs, context: RegistryContext) =>
      context.registry.listening.modelVersions(context, args),
    ),
  })
  @Access(READ)
  modelVersionChanged(
    @Root() change: AssetChange,
    @Args(() => ModelVersionChangeArgs) _args: ModelVersionChangeArgs,
  ): ModelVersionChangeType {
    return new ModelVersionChangeType(change);
  }

  @FieldResolver(() => ModelVersionType, { nullable: true, description: 'The model version as it is now.' })
  async modelVersion(
    @Root() { event }: ModelVersionChangeType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersionType | null> {
    const version = await loaders.modelVersion.load(event.urn);
    return version && new ModelVersionType(version);
  }
}
