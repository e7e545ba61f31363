import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { MdeKind } from '../../domain/experiment/design.ts';
import { READ } from '../access.ts';
import { MdeKindEnum, MetricKindEnum } from '../enums.ts';

@ObjectType('ExperimentMetric', { description: 'What decides: the primary metric.' })
@Access(READ)
export class ExperimentMetricType {
  @Field(() => MetricKindEnum, { description: 'What outcomes, or answers, are made into.' })
  readonly kind!: string;

  @Field(() => Float, { description: 'An outcome of this value or more is a positive, by which units convert.' })
  readonly positiveFrom!: number;

  @Field(() => String, { nullable: true, description: 'The metric; null: the share of units that convert.' })
  readonly metric!: string | null;

  @Field(() => Int, { nullable: true, description: 'Its revision.' })
  readonly revision!: number | null;
}

@ObjectType('ExperimentSize', { description: 'Units of one arm that the design asks for.' })
@Access(READ)
export class ExperimentSizeType {
  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'Units with a value, rounded up.' })
  readonly units!: number;
}

@ObjectType('ExperimentDesign', {
  description: 'What the experiment must be able to find, and the units that this takes.',
})
@Access(READ)
export class ExperimentDesignType {
  @Field(() => Float, { description: "The control's rate, or value of the metric, as it was assumed." })
  readonly baseline!: number;

  @Field(() => Float, { description: 'The smallest effect worth finding; its sign says which way is better.' })
  readonly mde!: number;

  @Field(() => MdeKindEnum, { description: 'What the effect is measured in.' })
  readonly mdeKind!: MdeKind;

  @Field(() => Float, {
    nullable: true,
    description: 'Of a primary metric: the standard deviation of its units’ values as it was assumed.',
  })
  readonly deviation!: number | null;

  @Field(() => Float, { description: 'Chance of a false alarm, two-sided.' })
  readonly alpha!: number;

  @Field(() => Float, { description: 'Chance of finding the effect.' })
  readonly power!: number;

  @Field(() => [ExperimentSizeType], {
    description:
      'Units with a value that this takes of each arm at the split in force: of shares by Fleiss, of means by the non-central t, with alpha shared over the arms that are compared.',
  })
  readonly sizes!: readonly ExperimentSizeType[];

  @Field(() => Float, { description: 'Units of all arms together.' })
  readonly totalUnits!: number;

  @Field(() => Float, { description: 'The effect as a difference.' })
  readonly absoluteMde!: number;
}

@ObjectType('ExperimentNamespace', { description: 'The slice of a namespace that an experiment holds.' })
@Access(READ)
export class ExperimentNamespaceType {
  @Field(() => String, { description: 'The namespace.' })
  readonly name!: string;

  @Field(() => Float, { description: 'Where the slice begins, included.' })
  readonly from!: number;

  @Field(() => Float, { description: 'Where it ends, not included.' })
  readonly to!: number;
}

@ObjectType('ExperimentCovariate', { description: 'What was known of units before their first exposure.' })
@Access(READ)
export class ExperimentCovariateType {
  @Field(() => String, { description: 'The name of the events whose values are summed.' })
  readonly event!: string;

  @Field(() => Float, { description: 'How many days before the first exposure.' })
  readonly days!: number;
}
