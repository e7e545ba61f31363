import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { NETWORK_FUNCTIONS, type NetworkFunction } from '../../../core/windows/network.ts';
import { Access } from '../../shared/auth/access.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import type { FeatureNetwork, FeatureNetworkBad } from '../domain/feature-network.ts';
import { READ } from './access.ts';

const NetworkFunctionEnum = graphqlEnum('NetworkFunction', NETWORK_FUNCTIONS, 'What a network says of others.', {
  OTHERS: 'How many other entities shared a value, up to the limit.',
  BAD_OTHERS: 'How many of them are marked as bad.',
  CUT: 'Whether there were more values or others than the limit.',
});

const THROUGH = 'The source’s column whose values are shared, STRING or INT64: a device, a card, an address.';
const LENGTH = 'How far it looks back, in seconds: at most 400 days.';
const HOP =
  'The hop of its far end, as for windows; without one 5 minutes below 12 hours, an hour below 12 days, else a day.';
const LIMIT =
  'How many values are followed and how many others looked at, those of the latest events: 1 to 500, 100 if left out.';
const BAD = 'Which events mark an entity as bad; only for BAD_OTHERS.';
const BAD_COLUMN = 'The column of the mark: STRING, INT64 or BOOL.';
const BAD_ONE_OF = 'The values that mark, as text: at most 100.';
const BAD_LENGTH = 'How long a mark counts, in seconds; as long as the network looks back if left out.';

@ObjectType('FeatureNetworkBad', { description: 'Which events mark an entity as bad.' })
@Access(READ)
class FeatureNetworkBadType implements FeatureNetworkBad {
  @Field(() => String, { description: BAD_COLUMN })
  readonly column!: string;

  @Field(() => [String], { description: BAD_ONE_OF })
  readonly oneOf!: readonly string[];

  @Field(() => Int, { description: BAD_LENGTH })
  readonly windowSeconds!: number;

  @Field(() => Int, { description: 'The hop of its far end.' })
  readonly hopSeconds!: number;
}

@ObjectType('FeatureNetwork', {
  description: 'Other entities that used what the entity used in [tail, t), as of the moment t of the question.',
})
@Access(READ)
export class FeatureNetworkType implements FeatureNetwork {
  @Field(() => NetworkFunctionEnum, { description: 'What it says of them.' })
  readonly function!: NetworkFunction;

  @Field(() => String, { description: THROUGH })
  readonly through!: string;

  @Field(() => Int, { description: LENGTH })
  readonly windowSeconds!: number;

  @Field(() => Int, { description: HOP })
  readonly hopSeconds!: number;

  @Field(() => Int, { description: LIMIT })
  readonly limit!: number;

  @Field(() => FeatureNetworkBadType, { nullable: true, description: BAD })
  readonly bad!: FeatureNetworkBadType | null;
}

@InputType({ description: 'Which events mark an entity as bad.' })
export class FeatureNetworkBadInput {
  @Field(() => String, { description: BAD_COLUMN })
  readonly column!: string;

  @Field(() => [String], { description: BAD_ONE_OF })
  readonly oneOf!: string[];

  @Field(() => Int, { nullable: true, description: BAD_LENGTH })
  readonly windowSeconds?: number | null;
}

@InputType({ description: 'How many others share something with the entity.' })
export class FeatureNetworkInput {
  @Field(() => NetworkFunctionEnum, { description: 'What it says of them.' })
  readonly function!: NetworkFunction;

  @Field(() => String, { description: THROUGH })
  readonly through!: string;

  @Field(() => Int, { description: LENGTH })
  readonly windowSeconds!: number;

  @Field(() => Int, { nullable: true, description: HOP })
  readonly hopSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: LIMIT })
  readonly limit?: number | null;

  @Field(() => FeatureNetworkBadInput, { nullable: true, description: BAD })
  readonly bad?: FeatureNetworkBadInput | null;
}
