import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { BALANCE_DEFAULTS, type Balance, type Balanced } from '../../domain/experiment/balance.ts';
import { READ } from '../access.ts';

@InputType('ExperimentBalanceInput', {
  description:
    'Seeds are tried in a row when the experiment starts; the first one under which arms are alike is taken. Where none is, or too few units are known, it does not start.',
})
export class ExperimentBalanceInput {
  @Field(() => String, {
    nullable: true,
    description:
      'The name of pushed events: the sum of their values by unit is balanced. Left out: that of the covariate, where there is one.',
  })
  readonly event?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A segment of the recipe, whose values are balanced as the latest answers to earlier experiments and rollouts of the deployment had them. Left out: none.',
  })
  readonly segment?: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How many days before the start are looked at: above 0, up to 90. Left out: as many as of the covariate, else 28.',
  })
  readonly days?: number | null;

  @Field(() => Float, {
    defaultValue: BALANCE_DEFAULTS.threshold,
    description:
      "How far an arm's mean may be from the control's, in standard deviations of all known units: above 0, up to 0.5.",
  })
  readonly threshold!: number;

  @Field(() => Float, {
    defaultValue: BALANCE_DEFAULTS.minP,
    description:
      'The smallest p of the chi-square test that the values of the segment fit the split: above 0, below 1; a share of 1 − minP of all seeds passes.',
  })
  readonly minP!: number;

  @Field(() => Int, { defaultValue: BALANCE_DEFAULTS.tries, description: 'How many seeds are tried: up to 1000.' })
  readonly tries!: number;
}

@ObjectType('ExperimentBalance', { description: 'By what the seed of an experiment is chosen when it starts.' })
@Access(READ)
export class ExperimentBalanceType {
  @Field(() => String, { nullable: true, description: 'The events whose values are balanced; null: none.' })
  readonly event!: string | null;

  @Field(() => String, { nullable: true, description: 'The segment whose values are balanced; null: none.' })
  readonly segment!: string | null;

  @Field(() => Float, { description: 'How many days before the start are looked at.' })
  readonly days!: number;

  @Field(() => Float, { description: "How far an arm's mean may be from the control's, in standard deviations." })
  readonly threshold!: number;

  @Field(() => Float, { description: 'The smallest p that the values of the segment fit the split.' })
  readonly minP!: number;

  @Field(() => Int, { description: 'How many seeds are tried at most.' })
  readonly tries!: number;

  constructor({ event, segment, days, threshold, minP, tries }: Balance) {
    Object.assign(this, { event, segment, days, threshold, minP, tries });
  }
}

@ObjectType('ExperimentKnownUnits', { description: 'Known units that the chosen seed gives to an arm.' })
@Access(READ)
export class ExperimentKnownUnitsType {
  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'How many units.' })
  readonly units!: number;
}

@ObjectType('ExperimentBalanced', {
  description: 'Which seed was chosen for balance, and how alike arms are under it.',
})
@Access(READ)
export class ExperimentBalancedType extends ExperimentBalanceType {
  @Field(() => String, { description: 'The seed that was taken.' })
  readonly seed: string;

  @Field(() => String, { description: 'The seed with which the row of seeds began.' })
  readonly from: string;

  @Field(() => Int, { description: 'Which one of the row was taken, from 1.' })
  readonly tried: number;

  @Field(() => [ExperimentKnownUnitsType], { description: 'The units by which it was chosen.' })
  readonly units: readonly ExperimentKnownUnitsType[];

  @Field(() => Boolean, {
    description: 'Whether more units were known than are looked at; those were taken by a hash.',
  })
  readonly sampled: boolean;

  @Field(() => Float, {
    nullable: true,
    description: "The largest difference of an arm's mean from the control's, in standard deviations; null: no event.",
  })
  readonly difference: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The p that the values of the segment fit the split; null: no segment.',
  })
  readonly p: number | null;

  constructor(balanced: Balanced) {
    super(balanced);
    this.seed = balanced.seed;
    this.from = balanced.from;
    this.tried = balanced.tried;
    this.units = Object.entries(balanced.units).map(([arm, units]) => ({ arm, units }));
    this.sampled = balanced.sampled;
    this.difference = balanced.difference;
    this.p = balanced.p;
  }
}
