import { Field, Float, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { ShadowImpact } from '../../domain/shadow/shadow-impact.ts';
import type { Slice } from '../../domain/shadow/shadow-slices.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';
import { ShadowShareType } from './shadow-result.ts';

@ObjectType('SignedRankTest', {
  description:
    "Wilcoxon's signed-rank test of the scores: whether the candidate scores higher, by ranks of the differences.",
})
@Access(READ)
export class SignedRankTestType {
  @Field(() => Float, { description: 'Pairs with different scores.' })
  readonly n!: number;

  @Field(() => Float, { description: 'Sum of the ranks of those in which the candidate scored higher.' })
  readonly rankSum!: number;

  @Field(() => Float, { nullable: true, description: 'Its normal statistic, corrected for ties; null without pairs.' })
  readonly z!: number | null;

  @Field(() => Float, { description: 'Two-sided p, valid for a single look.' })
  readonly p!: number;
}

@ObjectType('ShadowSlice', { description: 'Disagreements where a segment has one value, against its other values.' })
@Access(READ)
export class ShadowSliceType {
  @Field(() => String, { description: 'The segment.' })
  readonly segment: string;

  @Field(() => String, { description: 'Its value.' })
  readonly value: string;

  @Field(() => String, { description: 'The same in words.' })
  readonly inWords: string;

  @Field(() => Float, { description: 'Pairs in which both decided.' })
  readonly decided: number;

  @Field(() => ShadowShareType, { description: 'Those of them with different decisions.' })
  readonly flips: Slice['flips'];

  @Field(() => Float, { nullable: true, description: 'Its part of all disagreements; null where there are none.' })
  readonly shareOfFlips: number | null;

  @Field(() => Float, { nullable: true, description: 'Its part of all pairs that have the segment.' })
  readonly shareOfPairs: number | null;

  @Field(() => Float, {
    description: 'p of no difference from the other values, over all slices (Benjamini–Hochberg).',
  })
  readonly p: number;

  constructor(slice: Slice) {
    this.segment = slice.segment;
    this.value = slice.value;
    this.inWords = slice.inWords;
    this.decided = slice.decided;
    this.flips = slice.flips;
    this.shareOfFlips = slice.shareOfFlips;
    this.shareOfPairs = slice.shareOfPairs;
    this.p = slice.p;
  }
}

@ObjectType('ShadowImpact', {
  description: 'What the candidate would have cost, by the declared costs, over the pairs with an outcome.',
})
@Access(READ)
export class ShadowImpactType implements ShadowImpact {
  @Field(() => Float, { description: 'Pairs with an outcome and a cost of both decisions.' })
  readonly pairs!: number;

  @Field(() => Float, { description: 'Pairs with a decision of which no cost was declared: left out.' })
  readonly undeclared!: number;

  @Field(() => Float, { nullable: true, description: 'Cost of an answer as it was given; null without pairs.' })
  readonly primary!: number | null;

  @Field(() => Float, { nullable: true, description: 'Cost of an answer as the candidate would have given it.' })
  readonly candidate!: number | null;

  @Field(() => Float, { nullable: true, description: 'Candidate minus primary, per answer: below 0 it saves.' })
  readonly difference!: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Its paired t-interval, for a single look.' })
  readonly interval!: Interval | null;

  @Field(() => Float, { description: 'Its two-sided p, for a single look.' })
  readonly p!: number;

  @Field(() => Float, { description: 'The difference over all these pairs.' })
  readonly total!: number;
}
