import { Field, Float, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { SecondaryComparison } from '../../domain/experiment/secondary.ts';
import type { HoldoutReport } from '../../operations/holdout/holdout-report.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';

@ObjectType('HoldoutMetricEffect', { description: 'All other units against the held out ones, by one metric.' })
@Access(READ)
export class HoldoutMetricEffectType {
  @Field(() => String, { description: 'The metric.' })
  readonly metric: string;

  @Field(() => Float, { nullable: true, description: 'Its value over the held out units; null without any.' })
  readonly held: number | null;

  @Field(() => Float, { nullable: true, description: 'Its value over all others; null without any.' })
  readonly others: number | null;

  @Field(() => Float, { nullable: true, description: 'That of the others minus that of the held out ones.' })
  readonly difference: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Its 95 % interval, by Welch.' })
  readonly interval: Interval | null;

  @Field(() => Float, { nullable: true, description: 'The difference as a share of the value of the held out ones.' })
  readonly relativeLift: number | null;

  @Field(() => Float, { description: 'Two-sided p, as if it were the only metric.' })
  readonly p: number;

  @Field(() => Float, { description: 'p over all metrics (Benjamini–Hochberg).' })
  readonly pAdjusted: number;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the others are found to be better off; null where nothing is found.',
  })
  readonly better: boolean | null;

  constructor({ metric, control, value, ...found }: SecondaryComparison) {
    this.metric = metric.name;
    this.held = control;
    this.others = value;
    this.difference = found.difference;
    this.interval = found.interval;
    this.relativeLift = found.relativeLift;
    this.p = found.p;
    this.pAdjusted = found.pAdjusted;
    this.better = found.better;
  }
}

@ObjectType('HoldoutEffect', {
  description: 'What all experiments of a namespace did together: everybody else against the held out units.',
})
@Access(READ)
export class HoldoutEffectType {
  @Field(() => Float, { description: 'Held out units that are there.' })
  readonly held: number;

  @Field(() => Float, { description: 'Other units that are there.' })
  readonly others: number;

  @Field(() => Boolean, {
    description:
      'True (p below .001) where more or fewer units are held out than the slice says: then nothing below can be trusted.',
  })
  readonly mismatch: boolean;

  @Field(() => [HoldoutMetricEffectType], { description: 'By each of its metrics.' })
  readonly metrics: readonly HoldoutMetricEffectType[];

  @Field(() => [String], { description: 'What to know before one reads it.' })
  readonly warnings: readonly string[];

  @Field(() => Date, { description: 'When this was computed.' })
  readonly computedAt: Date;

  constructor({ held, others, srm, metrics, warnings, at }: HoldoutReport) {
    this.held = held;
    this.others = others;
    this.mismatch = srm.mismatch;
    this.metrics = metrics.map((one) => new HoldoutMetricEffectType(one));
    this.warnings = warnings;
    this.computedAt = at;
  }
}
