import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { COMPUTED_ROLES, type ComputedRole } from '../../../../core/traffic/computed-role.ts';
import { DeploymentType } from './deployment.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { ReleaseType } from './release.ts';
import { TrafficRecordType } from './traffic.ts';
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

  @Field(() => TrafficRecordType, { description: 'The change that was in force.' })
  change!: TrafficRecordType;

  @Field(() => ReleaseType, { nullable: true, description: 'The release that was the default.' })
  release!: ReleaseType | null;

  @Field(() => [ModelVersionType], { description: 'The model versions of that release.' })
  modelVersions!: ModelVersionType[];
}
