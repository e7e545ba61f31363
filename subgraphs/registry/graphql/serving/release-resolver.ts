import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import { versionsOf, type Release } from '../../domain/serving/release.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { FeatureServiceType } from '../version/linked.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { ReleaseType } from './release.ts';

@InputType({ description: 'A recipe to freeze.' })
export class CreateReleaseInput {
  @Field(() => ID, { description: 'The deployment that it is for.' })
  deployment!: string;

  @Field(() => GraphQLJSON, {
    description: 'The recipe: inputs, entities, features, derive, models, combine, output, fallback, budgets, logging.',
  })
  recipe!: unknown;

  @Field(() => String, { nullable: true, description: 'What is new in it, in words.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a feature mutation that the recipe builds on; waits up to 2 s for it to arrive.',
  })
  after?: string | null;
}

@ObjectType({ description: 'A new release.' })
@Access(WRITE)
export class CreateReleasePayload {
  @Field(() => ReleaseType, { description: 'The release; it serves once traffic is sent to it.' })
  release!: ReleaseType;

  @Field(() => String, { description: 'Where the change stands in the feed: search and lineage can wait for it.' })
  eventCursor!: string;
}

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
    const deployment = await loaders.deployment.load(deploymentUrn(source));
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
  featureService(@Root() { source }: ReleaseType): FeatureServiceType | null {
    return source.featureService === null ? null : { id: source.featureService };
  }

  @Mutation(() => CreateReleasePayload, {
    description: 'Type-checks a recipe as a whole, from request to answer, and freezes it. It takes APPROVED versions.',
  })
  @Access(WRITE)
  async createRelease(
    @Arg('input', () => CreateReleaseInput, { description: 'The recipe.' }) input: CreateReleaseInput,
    @Ctx() context: RegistryContext,
  ): Promise<CreateReleasePayload> {
    const { value, eventCursor } = await context.registry.releases.create(context, input);
    return { release: new ReleaseType(value), eventCursor };
  }
}
