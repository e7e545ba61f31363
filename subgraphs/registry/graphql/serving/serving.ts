import { Arg, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { COMPUTED_ROLES, type ComputedRole } from '../../../../core/traffic/computed-role.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { versionTypes } from './release-resolver.ts';
import { ReleaseType } from './release.ts';
import { TrafficChangeType } from './traffic.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const ServingRoleEnum = graphqlEnum(
  'ServingRole',
  COMPUTED_ROLES,
  'What a release does in a deployment, computed from its traffic.',
);

@ObjectType('VersionRole', { description: 'What a model version does in one deployment: computed, never stored.' })
@Access(READ)
export class VersionRoleType {
  @Field(() => DeploymentType, { description: 'Where.' })
  deployment!: DeploymentType;

  @Field(() => ReleaseType, { description: 'In which release.' })
  release!: ReleaseType;

  @Field(() => ServingRoleEnum, { description: 'As what.' })
  role!: ComputedRole;
}

@ObjectType('Serving', { description: 'What the registry had ordered for a deployment at a moment.' })
@Access(READ)
export class ServingType {
  @Field(() => Date, { description: 'The moment.' })
  at!: Date;

  @Field(() => TrafficChangeType, { description: 'The change that was in force.' })
  change!: TrafficChangeType;

  @Field(() => ReleaseType, { nullable: true, description: 'The release that was the default.' })
  release!: ReleaseType | null;

  @Field(() => [ModelVersionType], { description: 'The model versions of that release.' })
  modelVersions!: ModelVersionType[];
}

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
      change: new TrafficChangeType(found.change),
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
