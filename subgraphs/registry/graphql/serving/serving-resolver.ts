import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { versionTypes } from './release-resolver.ts';
import { ReleaseType } from './release.ts';
import { TrafficRecordType } from './traffic.ts';
import { VersionRoleType, ServingType } from './serving.ts';

@Resolver(() => ModelVersionType)
export class ServingResolver {
  @Query(() => ServingType, {
    nullable: true,
    description: 'Which release a deployment was ordered to serve at a moment; null before anything served.',
  })
  @Access(READ)
  async servingAt(
    @Arg('deployment', () => ID, { description: 'The deployment.' }) deployment: string,
    @Arg('at', () => Date, { description: 'The moment.' }) at: Date,
    @Ctx() context: RegistryContext,
  ): Promise<ServingType | null> {
    const found = await context.registry.serving.servingAt(context, deployment, at);
    if (!found) return null;
    return {
      at,
      change: new TrafficRecordType(found.change),
      release: found.release && new ReleaseType(found.release),
      modelVersions: found.release ? await versionTypes(found.release, context.loaders) : [],
    };
  }

  @FieldResolver(() => [VersionRoleType], {
    description: 'What it does in each deployment that has a release of it, the newest release first.',
  })
  async roles(@Root() { id }: ModelVersionType, @Ctx() { loaders }: RegistryContext): Promise<VersionRoleType[]> {
    const roles = await loaders.rolesOfVersion.load(id);
    return roles.map(({ deployment, release, role }) => ({
      deployment: new DeploymentType(deployment),
      release: new ReleaseType(release),
      role,
    }));
  }
}
