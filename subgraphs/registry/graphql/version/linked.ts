import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionType } from './model-version.ts';

// Nouns of the feature subgraph: the registry holds their ids and adds what links to them.

@ObjectType('TrainingSet', { description: 'A training set, as far as the registry knows it.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class TrainingSetType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType('FeatureService', { description: 'A pinned feature service, as far as the registry knows it.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class FeatureServiceType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@Resolver(() => TrainingSetType)
export class TrainingSetResolver {
  @FieldResolver(() => [ModelVersionType], {
    nullable: true,
    description: 'Model versions that were trained on it, the newest first, at most 100.',
  })
  async modelVersions(@Root() { id }: TrainingSetType, @Ctx() context: RegistryContext): Promise<ModelVersionType[]> {
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
  async models(@Root() { id }: FeatureServiceType, @Ctx() context: RegistryContext): Promise<ModelVersionType[]> {
    const versions = await context.loaders.versionsByFeatureService.load(id);
    return versions.map((version) => new ModelVersionType(version));
  }
}
