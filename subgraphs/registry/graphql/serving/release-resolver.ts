import type { Reference } from '../../../shared/graphql/reference.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import { versionsOf, type Release } from '../../domain/serving/release.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { FeatureServiceType } from '../version/linked.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { ReleaseType, CreateReleaseInput, CreateReleasePayload } from './release.ts';

/** The model versions of a release, as types. */
export async function versionTypes(
  release: Release,
  { modelVersion }: Pick<RegistryContext['loaders'], 'modelVersion'>,
): Promise<ModelVersionType[]> {
  const found = await modelVersion.loadMany([...versionsOf(release)]);
  return found.map((version) => {
    if (version === null || version instanceof Error) throw new Error('a release without its model version');
    return new ModelVersionType(version);
  });
}

@Resolver(() => ReleaseType)
export class ReleaseResolver {
  @Query(() => ReleaseType, { nullable: true, description: 'One release; null if there is none of that id.' })
  @Access(READ)
  async release(
    @Arg('id', () => ID, { description: 'tiffin:<project>:release:<endpoint>@<environment>/<number>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ReleaseType | null> {
    const release = await loaders.release.load(id);
    return release && new ReleaseType(release);
  }

  @FieldResolver(() => DeploymentType, { description: 'The deployment that it is for.' })
  async deployment(@Root() { source }: ReleaseType, @Ctx() { loaders }: RegistryContext): Promise<DeploymentType> {
    const deployment = await loaders.deployment.load(deploymentUrn.format(source));
    if (!deployment) throw new Error('a release without its deployment');
    return new DeploymentType(deployment);
  }

  @FieldResolver(() => [ModelVersionType], {
    description: 'The model versions that it runs, in the order of the recipe.',
  })
  modelVersions(@Root() { source }: ReleaseType, @Ctx() { loaders }: RegistryContext): Promise<ModelVersionType[]> {
    return versionTypes(source, loaders);
  }

  @FieldResolver(() => FeatureServiceType, { nullable: true, description: 'The pinned features that it reads.' })
  featureService(@Root() { source }: ReleaseType): Reference | null {
    return source.featureService === null ? null : new FeatureServiceType(source.featureService);
  }

  @Mutation(() => CreateReleasePayload, {
    description: 'Type-checks a recipe as a whole, from request to answer, and freezes it. It takes APPROVED versions.',
  })
  @Access(WRITE)
  async createRelease(
    @Input(() => CreateReleaseInput, 'The recipe.') input: CreateReleaseInput,
    @Ctx() context: RegistryContext,
  ): Promise<CreateReleasePayload> {
    return new CreateReleasePayload(await context.registry.releases.create(context, input));
  }
}
