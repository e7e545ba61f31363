import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { FEATURE_STATUSES, type FeatureStatus } from '../../../core/codec/feature-status.ts';
import { Access } from '../../shared/auth/access.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import type { JsonScalar } from '../../../core/codec/json-value.ts';
import { READ } from './access.ts';

const FeatureStatusEnum = graphqlEnum('FeatureStatus', FEATURE_STATUSES, 'What a read found.', {
  PRESENT: 'A value, young enough.',
  NULL_VALUE: 'A row, young enough, whose value is null.',
  NOT_FOUND: 'No row for this entity at this time.',
  OUTSIDE_MAX_AGE: 'A row that is older than the view’s TTL.',
});

@InputType({ description: 'A read of a service’s features, as POST /v1/features/read takes it.' })
export class OnlineFeaturesInput {
  @Field(() => ID, {
    description: 'The feature service; a tool pins it: tiffin:<project>:feature-service:<name>@<version>',
  })
  readonly service!: string;

  @Field(() => [GraphQLJSON], { description: 'One object per row: join key to value. 1 to 1,000 rows.' })
  readonly entities!: unknown[];

  @Field(() => Date, { nullable: true, description: 'The moment of the request; now if left out.' })
  readonly at?: Date | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Show values that are too old as well, marked as such.' })
  readonly includeExpired!: boolean;
}

@ObjectType({ description: 'One feature of one row.' })
@Access(READ)
export class OnlineFeature {
  @Field(() => String, { description: 'view__feature' })
  readonly name!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'The value; whole numbers beyond 2^53 as text.' })
  readonly value!: JsonScalar;

  @Field(() => FeatureStatusEnum, { description: 'What was found.' })
  readonly status!: FeatureStatus;

  @Field(() => Float, { nullable: true, description: 'How old the value was, in ms; null where nothing was found.' })
  readonly ageMs!: number | null;

  @Field(() => Boolean, { description: 'Whether it is a network that stopped at its limit: there may be more.' })
  readonly cut!: boolean;
}

@ObjectType({ description: 'The features of one entity, in the service’s order.' })
@Access(READ)
export class OnlineRow {
  @Field(() => [OnlineFeature], { description: 'One for each feature of the service.' })
  readonly features!: OnlineFeature[];
}

@ObjectType({ description: 'What the online store holds for some entities.' })
@Access(READ)
export class OnlineFeatures {
  @Field(() => ID, { description: 'The pinned service.' })
  readonly service!: string;

  @Field(() => [OnlineRow], { description: 'One for each entity that was asked for, in order.' })
  readonly rows!: OnlineRow[];
}
