import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { ArmComparison } from '../../domain/experiment/comparison.ts';
import type { Design } from '../../domain/experiment/design.ts';
import type { ExperimentResult } from '../../domain/experiment/result.ts';
import { noEvidence, type Unadjusted } from '../../domain/experiment/evidence.ts';
import { bayesianView, sequentialView, type Pair } from '../../domain/experiment/views.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';
import { BayesianResultType, SequentialResultType } from './result-views.ts';

@ObjectType('UnadjustedComparison', {
  description: 'What the same units say with nothing taken out of their values; it decides nothing.',
})
@Access(READ)
export class UnadjustedComparisonType implements Unadjusted {
  @Field(() => Float, { nullable: true, description: "The arm's rate or value minus the control's." })
  readonly difference!: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Its interval, at the same confidence.' })
  readonly interval!: Interval | null;

  @Field(() => Float, { description: 'Its two-sided p.' })
  readonly p!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'By how much the variance of the difference became smaller, as a share: .5 is as if there were twice the units. Below 0 it grew.',
  })
  readonly varianceReduction!: number | null;

  @Field(() => Int, {
    description: 'Strata that were compared; those with fewer than ten units of an arm count as one.',
  })
  readonly strata!: number;
}

@ObjectType('ArmComparison', { description: 'One arm against the control, by the primary metric.' })
@Access(READ)
export class ArmComparisonType {
  @Field(() => String, { description: 'The arm.' })
  readonly arm: string;

  @Field(() => Float, {
    nullable: true,
    description:
      "Its rate, or value of the primary metric, minus the control's, with the covariate taken out and within strata where there are; null while an arm has none.",
  })
  readonly difference: number | null;

  @Field(() => ConfidenceIntervalType, {
    nullable: true,
    description:
      "The interval of the difference at the result's confidence: Newcombe's of rates, Welch's of means and of what is adjusted; null of means that say nothing yet.",
  })
  readonly interval: Interval | null;

  @Field(() => Float, { nullable: true, description: "The difference as a share of the control's." })
  readonly relativeLift: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Its interval, by the delta method.' })
  readonly relativeLiftInterval: Interval | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Statistic of the pooled two-proportion z-test; null where it does not exist, and of means.',
  })
  readonly z: number | null;

  @Field(() => Float, { description: 'Its two-sided p, as if there were no other arm.' })
  readonly p: number;

  @Field(() => Float, { description: 'p over all arms (Holm): this is what is compared with alpha.' })
  readonly pAdjusted: number;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is shown to be better than the control; null where nothing is shown.',
  })
  readonly better: boolean | null;

  @Field(() => SequentialResultType, {
    nullable: true,
    description: 'The same difference for those who look again and again; null while an arm has no outcome.',
  })
  readonly sequential: SequentialResultType | null;

  @Field(() => UnadjustedComparisonType, {
    nullable: true,
    description:
      'Where the experiment has a stratum or a covariate: what was found without them, and what they gained. Null where nothing is taken out.',
  })
  readonly unadjusted: Unadjusted | null;

  readonly #design: Design;
  readonly #pair: Pair;

  /** Computed for those who ask. */
  @Field(() => BayesianResultType, {
    nullable: true,
    description: 'How likely it is that the arm is better, and what a wrong choice costs.',
  })
  bayesian(): BayesianResultType | null {
    const view = bayesianView(this.#design, this.#pair);
    return view && new BayesianResultType(view);
  }

  constructor(
    design: Design,
    control: string,
    { arm, test, pAdjusted, better }: ArmComparison,
    { all, needed, confidence }: Pick<ExperimentResult, 'all' | 'needed' | 'confidence'>,
  ) {
    this.arm = arm;
    this.difference = test.difference;
    this.interval = test.interval;
    this.relativeLift = test.relativeLift;
    this.relativeLiftInterval = test.relativeLiftInterval;
    this.z = test.z;
    this.p = test.p;
    this.pAdjusted = pAdjusted;
    this.better = better;
    this.unadjusted = test.unadjusted;
    this.#design = design;
    const none = noEvidence(design.deviation !== undefined);
    this.#pair = { control: all[control] ?? none, candidate: all[arm] ?? none };
    this.sequential = sequentialView(1 - confidence, this.#pair, (needed[control] ?? 0) + (needed[arm] ?? 0));
  }
}
