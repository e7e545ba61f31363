import type { Reference } from '../../../shared/graphql/reference.ts';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RegistryContext } from '../context.ts';
import { ModelVersionType } from './model-version.ts';
import { TrainingSetType, FeatureServiceType } from './linked.ts';

@Resolver(() => TrainingSetType)
export class TrainingSetResolver {
  @FieldResolver(() => [ModelVersionType], {
    nullable: true,
    description: 'Model versions that were trained on it, the newest first, at most 100.',
  })
  async modelVersions(@Root() { id }: Reference, @Ctx() context: RegistryContext): Promise<ModelVersionType[]> {
    const versions = await context.loaders.versionsByTrainingSet.load(id);
    return versions.map((version) => new ModelVersionType(version));
  }
}

@Resolver(() => FeatureServiceType)
export class FeatureServiceResolver {
  @FieldResolver(() => [ModelVersionType], {
    nullable: true,
    description: 'Model versions that read exactly this pinned service, the newest first, at most 100.',
  })
  async models(@Root() { id }: Reference, @Ctx() context: RegistryContext): Promise<ModelVersionType[]> {
    const versions = await context.loaders.versionsByFeatureService.load(id);
    return versions.map((version) => new ModelVersionType(version));
  }
}
