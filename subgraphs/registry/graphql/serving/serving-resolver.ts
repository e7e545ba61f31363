import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { versionTypes } from './release-resolver.ts';
import { ReleaseType } from './release.ts';
import { VersionRoleType, ServingType } from './serving.ts';

@Resolver(() => ModelVersionType)
export class VersionRolesResolver {
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

@Resolver(() => ServingType)
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
    const ordered = await context.registry.serving.servingAt(context, { deployment, at });
    return ordered ? new ServingType(at, ordered) : null;
  }

  @FieldResolver(() => [ModelVersionType], {
    description: 'The model versions of the release that was the default, in the order of its recipe.',
  })
  async modelVersions(
    @Root() { release }: ServingType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersionType[]> {
    return release ? versionTypes(release.source, loaders) : [];
  }
}
