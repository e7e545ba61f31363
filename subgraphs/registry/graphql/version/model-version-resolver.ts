import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { modelUrn } from '../../domain/ids.ts';
import type { RegistryContext } from '../context.ts';
import { ApprovalType } from './decision.ts';
import { ModelType } from './model.ts';
import { ModelVersionType } from './model-version.ts';
import { FeatureServiceType, TrainingSetType } from './linked.ts';

@Resolver(() => ModelVersionType)
export class ModelVersionResolver {
  @Query(() => ModelVersionType, {
    nullable: true,
    description: 'One model version; null if there is none of that id.',
  })
  @Access(READ)
  async modelVersion(
    @Arg('id', () => ID, { description: 'tiffin:<project>:model-version:<model>@<number>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersionType | null> {
    const version = await loaders.modelVersion.load(id);
    return version && new ModelVersionType(version);
  }

  @FieldResolver(() => ModelType, { description: 'The model that it is a version of.' })
  async model(@Root() { source }: ModelVersionType, @Ctx() { loaders }: RegistryContext): Promise<ModelType> {
    const model = await loaders.model.load(modelUrn(source.project, source.model));
    if (!model) throw new Error('a version without its model');
    return new ModelType(model);
  }

  @FieldResolver(() => [ApprovalType], { description: 'Its approval life so far, oldest first.' })
  async approvals(@Root() { source }: ModelVersionType, @Ctx() { registry }: RegistryContext): Promise<ApprovalType[]> {
    const decisions = await registry.queries.decisions(source);
    return decisions.map((decision) => new ApprovalType(decision));
  }

  @FieldResolver(() => TrainingSetType, { nullable: true, description: 'What it was trained on.' })
  trainingSet(@Root() { source }: ModelVersionType): TrainingSetType | null {
    return source.trainingSet === null ? null : { id: source.trainingSet };
  }

  @FieldResolver(() => FeatureServiceType, { nullable: true, description: 'The pinned features that it reads.' })
  featureService(@Root() { source }: ModelVersionType): FeatureServiceType | null {
    return source.featureService === null ? null : { id: source.featureService };
  }
}
