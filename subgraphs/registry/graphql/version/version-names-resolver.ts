import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { TrainingRunType } from '../tracking/training-run.ts';
import { ModelVersionType } from './model-version.ts';

@ObjectType('Label', { description: 'A key with a value that people or tools put on something; it decides nothing.' })
@Access(READ)
export class LabelType {
  @Field(() => String, { description: 'The key.' })
  readonly key: string;

  @Field(() => String, { description: 'The value.' })
  readonly value: string;

  constructor(key: string, value: string) {
    this.key = key;
    this.value = value;
  }
}

/** What a version is called, and the run that it came out of. */
@Resolver(() => ModelVersionType)
export class VersionNamesResolver {
  @FieldResolver(() => [LabelType], { description: 'Keys with values that people or tools put on it.' })
  async labels(@Root() { source }: ModelVersionType, @Ctx() { loaders }: RegistryContext): Promise<LabelType[]> {
    const { labels } = await loaders.namesOfVersion.load(source);
    const byKey = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return byKey.map(([key, value]) => new LabelType(key, value));
  }

  @FieldResolver(() => [String], {
    description: 'Names that people gave it, and environments in which it alone of its model answers everybody.',
  })
  async aliases(@Root() { source }: ModelVersionType, @Ctx() { loaders }: RegistryContext): Promise<readonly string[]> {
    return (await loaders.namesOfVersion.load(source)).aliases;
  }

  @FieldResolver(() => TrainingRunType, {
    nullable: true,
    description: 'The training run that it was registered from; null where it came in without one.',
  })
  async trainingRun(
    @Root() { source }: ModelVersionType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<TrainingRunType | null> {
    const { origin } = await loaders.namesOfVersion.load(source);
    const run = origin?.run ? await loaders.trainingRun.load(origin.run) : null;
    return run && new TrainingRunType(run);
  }
}
