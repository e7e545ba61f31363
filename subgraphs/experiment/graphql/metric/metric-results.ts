import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import { guardInWords, type ArmGuard } from '../../domain/experiment/arm-guard.ts';
import type { GuardrailState } from '../../domain/metric/guardrail.ts';
import type { ReleasePlan } from '../../domain/experiment/release-plan.ts';
import type { RolloutStep } from '../../domain/rollout/rollout.ts';
import type { SecondaryInSegments } from '../../domain/experiment/secondary.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';
import { SegmentComparisonType } from '../experiment/breakdowns.ts';
import { GuardrailStateEnum } from '../rollout/rollout-enums.ts';

@ObjectType('ArmGuardrail', { description: 'What one guardrail shows of one arm, valid however often one looks.' })
@Access(READ)
export class ArmGuardrailType {
  @Field(() => String, { description: 'The metric that guards.' })
  readonly metric: string;

  @Field(() => Int, { description: 'Its revision.' })
  readonly revision: number;

  @Field(() => String, { description: 'The arm.' })
  readonly arm: string;

  @Field(() => GuardrailStateEnum, { description: 'What it comes to: only an arm of which all are HELD may ship.' })
  readonly state: GuardrailState;

  @Field(() => String, { description: 'The same in words: metric, threshold and values.' })
  readonly inWords: string;

  @Field(() => Float, {
    nullable: true,
    description: "The control's value: of a QUANTILE the quantile itself. Null without data.",
  })
  readonly control: number | null;

  @Field(() => Float, { nullable: true, description: "The arm's value, like the control's." })
  readonly value: number | null;

  @Field(() => Float, { nullable: true, description: 'What a QUANTILE must not exceed; null of other metrics.' })
  readonly ceiling: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'By how much the arm is worse; below 0 it is better. Of a QUANTILE: its share above the ceiling.',
  })
  readonly worse: number | null;

  @Field(() => Float, { nullable: true, description: 'How much of that is accepted.' })
  readonly accepted: number | null;

  @Field(() => ConfidenceIntervalType, {
    nullable: true,
    description: 'Where `worse` lies, however often one looks: each bound alone holds with 1 − alpha.',
  })
  readonly bounds: Interval | null;

  @Field(() => Float, { description: 'p of harm, valid at any look, over all guardrails and arms (Holm).' })
  readonly pHarm: number;

  @Field(() => Float, { description: 'p of "it does not hold", valid at any look.' })
  readonly pHeld: number;

  @Field(() => Float, {
    nullable: true,
    description: 'More units of each arm until it is likely decided; null where nothing can be said.',
  })
  readonly missing: number | null;

  constructor(found: ArmGuard) {
    const { guardrail, quantiles } = found;
    const isQuantile = guardrail.definition.kind === 'QUANTILE';
    this.metric = guardrail.name;
    this.revision = guardrail.revision;
    this.arm = found.arm;
    this.state = found.state;
    this.inWords = guardInWords(found);
    this.control = isQuantile ? quantiles.control : found.control;
    this.value = isQuantile ? quantiles.arm : found.candidate;
    this.ceiling = guardrail.definition.ceiling;
    this.worse = found.worse;
    this.accepted = found.accepted;
    this.bounds = found.bounds;
    this.pHarm = found.pHarmAdjusted;
    this.pHeld = found.pHeld;
    this.missing = found.missing;
  }
}

@ObjectType('SecondaryResult', {
  description: 'One secondary metric of one arm against the control, by Welch’s test of units. It decides nothing.',
})
@Access(READ)
export class SecondaryResultType {
  @Field(() => String, { description: 'The metric.' })
  readonly metric: string;

  @Field(() => Int, { description: 'Its revision.' })
  readonly revision: number;

  @Field(() => String, { description: 'The arm.' })
  readonly arm: string;

  @Field(() => Float, {
    nullable: true,
    description: "The control's value; of a QUANTILE the share above its ceiling.",
  })
  readonly control: number | null;

  @Field(() => Float, { nullable: true, description: "The arm's value." })
  readonly value: number | null;

  @Field(() => Float, { nullable: true, description: 'Arm minus control; null without data.' })
  readonly difference: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Of the difference alone, at 1 − alpha.' })
  readonly interval: Interval | null;

  @Field(() => Float, { nullable: true, description: "The difference as a share of the control's value." })
  readonly relativeLift: number | null;

  @Field(() => Float, { description: 'Two-sided p, as if it were the only comparison.' })
  readonly p: number;

  @Field(() => Float, {
    description: 'p over all secondary metrics and arms (Benjamini–Hochberg): below alpha it counts as found.',
  })
  readonly pAdjusted: number;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is found to be better, as the metric says what is better; null where nothing is found.',
  })
  readonly better: boolean | null;

  @Field(() => [SegmentComparisonType], {
    description: 'The same within each value of the segments of the experiment; of values that say something.',
  })
  readonly segments: readonly SegmentComparisonType[];

  constructor({ metric, segments, ...found }: SecondaryInSegments) {
    this.metric = metric.name;
    this.revision = metric.revision;
    this.arm = found.arm;
    this.control = found.control;
    this.value = found.value;
    this.difference = found.difference;
    this.interval = found.interval;
    this.relativeLift = found.relativeLift;
    this.p = found.p;
    this.pAdjusted = found.pAdjusted;
    this.better = found.better;
    this.segments = segments.map((one) => new SegmentComparisonType(one));
  }
}

@ObjectType('ReleasePlanStep', { description: 'One step of the way, as `createRollout` takes it.' })
@Access(READ)
export class ReleasePlanStepType {
  @Field(() => Float, { description: "The candidate's share of all units." })
  readonly weight!: number;

  @Field(() => Int, { description: 'Units that each arm must have had.' })
  readonly minSamples!: number;

  @Field(() => Float, { description: 'How long it lasts at least.' })
  readonly minMinutes!: number;

  @Field(() => Float, { nullable: true, description: 'When the policy decides; null: never.' })
  readonly maxMinutes!: number | null;

  @Field(() => Float, { description: 'How long all guardrails must have held without a break.' })
  readonly bakeMinutes!: number;
}

@ObjectType('ReleasePlan', {
  description: 'How an arm that is better is brought to everybody. Nothing of it happens by itself.',
})
@Access(READ)
export class ReleasePlanType {
  @Field(() => String, { description: 'The arm.' })
  readonly arm: string;

  @Field(() => String, { description: 'The plan in words.' })
  readonly summary: string;

  @Field(() => [String], { description: 'What must be mended first; empty where nothing stands in the way.' })
  readonly first: readonly string[];

  @Field(() => [ReleasePlanStepType], { description: 'Steps for `createRollout`.' })
  readonly steps: readonly RolloutStep[];

  constructor({ arm, summary, first, steps }: ReleasePlan) {
    this.arm = arm;
    this.summary = summary;
    this.first = first;
    this.steps = steps;
  }
}
