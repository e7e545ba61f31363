import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { versionUrn } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ModelJobType } from './model-job.ts';
import { ModelVersionType } from './model-version.ts';

@Resolver(() => ModelJobType)
export class ModelJobResolver {
  @Query(() => ModelJobType, {
    nullable: true,
    description: 'How the registration or validation of a version stands; null if there is none of that id.',
  })
  @Access(READ)
  async modelJob(
    @Arg('id', () => ID, { description: 'As `registerModelVersion` or `validateModelVersion` answered it.' })
    id: string,
    @Ctx() context: RegistryContext,
  ): Promise<ModelJobType | null> {
    const job = await context.registry.modelJobs.byId(context, id);
    return job && new ModelJobType(job);
  }

  @FieldResolver(() => ModelVersionType, {
    nullable: true,
    description: 'The version; null while a registration goes on.',
  })
  async modelVersion(
    @Root() { source }: ModelJobType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersionType | null> {
    const { project, model, number } = source;
    const version =
      number === null ? null : await loaders.modelVersion.load(versionUrn.format({ project, model, number }));
    return version && new ModelVersionType(version);
  }
}
