import { Field, Float, ObjectType } from 'type-graphql';
import { LAYER_ORDER } from '../../../../core/traffic/layer-kinds.ts';
import type { OrderedServing, ServedRelease } from '../../operations/serving/serving.ts';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { COMPUTED_ROLES, type ComputedRole } from '../../../../core/traffic/computed-role.ts';
import { DeploymentType } from './deployment.ts';
import { ReleaseType } from './release.ts';
import { TrafficRecordType } from './traffic.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const ServingRoleEnum = graphqlEnum(
  'ServingRole',
  COMPUTED_ROLES,
  'What a release does in a deployment, computed from its traffic.',
);

export const TrafficLayerEnum = graphqlEnum(
  'TrafficLayerKind',
  LAYER_ORDER,
  'The kinds of layers of traffic, in the order in which they decide. SHADOW decides nothing.',
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

@ObjectType('ServingShare', { description: 'A release that was to answer, and how much of the traffic.' })
@Access(READ)
export class ServingShareType {
  @Field(() => TrafficLayerEnum, {
    description: 'The layer that sent it there: HOLDOUT, VARIANT, ALLOCATION or DEFAULT.',
  })
  readonly layer: ServedRelease['layer'];

  @Field(() => ReleaseType, { description: 'The release; it names its model versions.' })
  readonly release: ReleaseType;

  @Field(() => String, { nullable: true, description: 'The arm, in a split.' })
  readonly arm: string | null;

  @Field(() => String, { nullable: true, description: 'The value of the input for which a variant answers.' })
  readonly value: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Its share, from 0 to 1, of the units that no variant takes; null for a variant and for a split with a condition.',
  })
  readonly share: number | null;

  constructor({ layer, release, arm, value, share }: ServedRelease) {
    this.layer = layer;
    this.release = new ReleaseType(release);
    this.arm = arm;
    this.value = value;
    this.share = share;
  }
}

@ObjectType('Serving', { description: 'What the registry had ordered for a deployment at a moment.' })
@Access(READ)
export class ServingType {
  @Field(() => Date, { description: 'The moment.' })
  readonly at: Date;

  @Field(() => TrafficRecordType, { description: 'The change that was in force.' })
  readonly change: TrafficRecordType;

  @Field(() => ReleaseType, { nullable: true, description: 'The release that was the default.' })
  readonly release: ReleaseType | null;

  @Field(() => [ServingShareType], {
    description:
      'Every release that answered, with its share, in the order in which layers decide; none while it was killed.',
  })
  readonly served: readonly ServingShareType[];

  @Field(() => Boolean, { description: 'Whether the model was stopped: only the recipe’s fallback answered.' })
  readonly killed: boolean;

  constructor(at: Date, { record, release, served, killed }: OrderedServing) {
    this.at = at;
    this.change = new TrafficRecordType(record);
    this.release = release && new ReleaseType(release);
    this.served = served.map((one) => new ServingShareType(one));
    this.killed = killed;
  }
}
