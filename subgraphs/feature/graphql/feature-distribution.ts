import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import {
  DISTRIBUTION_KINDS,
  NOT_COMPARED_REASONS,
  type DistributionKind,
  type NotComparedReason,
} from '../domain/feature-distribution.ts';
import { READ } from './access.ts';

const DistributionKindEnum = graphqlEnum(
  'DistributionKind',
  DISTRIBUTION_KINDS,
  'How the values of a feature are counted.',
  {
    NUMERIC: 'By parts of the number line that the training set sets.',
    CATEGORICAL: 'Each text by itself, the 100 most frequent of the training set; all others as one.',
  },
);

const NotComparedReasonEnum = graphqlEnum('NotComparedReason', NOT_COMPARED_REASONS, 'Why a feature is not compared.', {
  NOT_IN_TRAINING_SET: 'The training set has no feature of that name.',
  OTHER_TYPE: 'It has another type in the training set.',
  MOMENT: 'It is a moment, which moves with time.',
});

@InputType({ description: 'A comparison of what a service gives of late with what a model was trained on.' })
export class FeatureDistributionsInput {
  @Field(() => ID, { description: 'The feature service; without a version the newest.' })
  readonly service!: string;

  @Field(() => ID, { description: 'The training set that it is compared with.' })
  readonly trainingSet!: string;

  @Field(() => Int, { defaultValue: 30, description: 'Events of so many days until now are looked at, 1 to 366.' })
  readonly recentDays!: number;
}

@ObjectType({ description: 'How often the values of a feature fell where, in a training set and of late.' })
@Access(READ)
export class FeatureDistribution {
  @Field(() => String, { description: 'view__feature' })
  readonly name!: string;

  @Field(() => DistributionKindEnum, { description: 'How its values are counted.' })
  readonly kind!: DistributionKind;

  @Field(() => [Float], { description: 'Of numbers: where one part ends and the next begins, which holds this value.' })
  readonly edges!: readonly number[];

  @Field(() => [String], { description: 'Of texts and booleans: what each count but the last is of.' })
  readonly categories!: readonly string[];

  @Field(() => [Int], { description: 'Counts of the training set; the last is of rows without a value.' })
  readonly training!: readonly number[];

  @Field(() => [Int], { description: 'Counts of recent rows, in the same order.' })
  readonly recent!: readonly number[];

  @Field(() => Float, {
    description: 'Population stability index of these counts; rows without a value are among them.',
  })
  readonly psi!: number;

  @Field(() => Float, { description: 'Jensen–Shannon distance of them, by natural logarithm.' })
  readonly jensenShannon!: number;

  @Field(() => Float, {
    description: 'p of the χ² test that both have the same shares, not corrected for other features.',
  })
  readonly p!: number;
}

@ObjectType({ description: 'A feature that could not be compared.' })
@Access(READ)
export class NotComparedFeature {
  @Field(() => String, { description: 'view__feature' })
  readonly name!: string;

  @Field(() => NotComparedReasonEnum, { description: 'Why.' })
  readonly reason!: NotComparedReason;
}

@ObjectType({ description: 'What a service has been giving of late, beside what a training set holds.' })
@Access(READ)
export class FeatureDistributions {
  @Field(() => ID, { description: 'The pinned service.' })
  readonly service!: string;

  @Field(() => Date, { description: 'Events from here on were looked at.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Until here.' })
  readonly to!: Date;

  @Field(() => [FeatureDistribution], { description: 'Each feature that both have, in the order of the service.' })
  readonly features!: readonly FeatureDistribution[];

  @Field(() => [NotComparedFeature], { description: 'The others, and why.' })
  readonly notCompared!: readonly NotComparedFeature[];
}
