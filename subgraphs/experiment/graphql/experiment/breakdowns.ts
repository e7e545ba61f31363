import { Field, Float, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { DayEstimate, Novelty } from '../../domain/experiment/by-day.ts';
import type { SegmentComparison } from '../../domain/experiment/segments.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';

@ObjectType('ArmDay', { description: 'An arm against the control, by all units that were first exposed up to a day.' })
@Access(READ)
export class ArmDayType implements DayEstimate {
  @Field(() => String, { description: 'The day, in UTC.' })
  readonly day!: string;

  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: "The control's units with an outcome." })
  readonly controlUnits!: number;

  @Field(() => Float, { description: "The arm's units with an outcome." })
  readonly units!: number;

  @Field(() => Float, { nullable: true, description: 'The difference; null while an arm has no value.' })
  readonly difference!: number | null;

  @Field(() => ConfidenceIntervalType, {
    nullable: true,
    description: 'Its interval, for one look at the last day; null of a metric that says nothing yet.',
  })
  readonly interval!: Interval | null;

  @Field(() => Float, { nullable: true, description: 'Difference of the rates of the units of that day alone.' })
  readonly ownDifference!: number | null;
}

@ObjectType('ArmNovelty', {
  description: 'Whether the effect of an arm is another for the units of the last half of the days than of the first.',
})
@Access(READ)
export class ArmNoveltyType implements Novelty {
  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'Difference of rates by the units of the first half of the days.' })
  readonly early!: number;

  @Field(() => Float, { description: 'Difference of rates by the units of the last half.' })
  readonly late!: number;

  @Field(() => Float, { description: 'p of no change, over all arms (Holm).' })
  readonly p!: number;

  @Field(() => Boolean, { description: 'True (p below .01) where the effect changes.' })
  readonly changed!: boolean;
}

@ObjectType('SegmentComparison', { description: 'An arm against the control within one value of a segment.' })
@Access(READ)
export class SegmentComparisonType {
  @Field(() => String, { description: 'The segment.' })
  readonly segment: string;

  @Field(() => String, { description: 'Its value.' })
  readonly value: string;

  @Field(() => String, { description: 'The arm.' })
  readonly arm: string;

  @Field(() => Float, { description: "The control's units with an outcome, or a value of the metric." })
  readonly controlUnits: number;

  @Field(() => Float, { description: "The arm's units with one." })
  readonly units: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Difference of the rates, or of the values of the metric, with nothing taken out; null while an arm has none.',
  })
  readonly difference: number | null;

  @Field(() => ConfidenceIntervalType, { description: 'Of the difference alone, at 1 − alpha.' })
  readonly interval: Interval;

  @Field(() => Float, { description: 'Two-sided p, as if it were the only comparison.' })
  readonly p: number;

  @Field(() => Float, {
    description:
      'p over all segments, values and arms, and over all secondary metrics where it is of one (Benjamini–Hochberg).',
  })
  readonly pAdjusted: number;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the arm is found to be better there; null where nothing is found.',
  })
  readonly better: boolean | null;

  constructor(found: SegmentComparison) {
    this.segment = found.segment;
    this.value = found.value;
    this.arm = found.arm;
    this.controlUnits = found.controlUnits;
    this.units = found.units;
    this.difference = found.difference;
    this.interval = found.interval;
    this.p = found.p;
    this.pAdjusted = found.pAdjusted;
    this.better = found.better;
  }
}
