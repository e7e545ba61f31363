import { Field, Float, ObjectType } from 'type-graphql';
import type { MeanTestResult } from '../../../../core/statistics/means.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { Shadow } from '../../domain/shadow/shadow.ts';
import type { DecisionPair, ShadowRecommendation, ShadowResult, Share } from '../../domain/shadow/shadow-result.ts';
import type { Trust } from '../../domain/trust.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';
import { ShadowRecommendationEnum } from './shadow-enums.ts';

@ObjectType('ShadowShare', { description: 'How many pairs, as a share with its interval.' })
@Access(READ)
export class ShadowShareType {
  @Field(() => Float, { description: 'Pairs.' })
  readonly count!: number;

  @Field(() => Float, { nullable: true, description: 'Their share; null of nothing.' })
  readonly rate!: number | null;

  @Field(() => ConfidenceIntervalType, { description: "Wilson's interval of the share." })
  readonly interval!: Share['interval'];
}

@ObjectType('ShadowDecisionPair', { description: 'How often one thing was decided and the candidate said another.' })
@Access(READ)
export class ShadowDecisionPairType {
  @Field(() => String, { description: 'What was decided.' })
  readonly primary!: string;

  @Field(() => String, { description: 'What the candidate would have decided.' })
  readonly candidate!: string;

  @Field(() => Float, { description: 'Pairs.' })
  readonly count!: number;
}

@ObjectType('ShadowFailureCount', { description: 'Pairs without a score of the candidate.' })
@Access(READ)
export class ShadowFailureCountType {
  @Field(() => String, {
    description: 'Why: INPUTS_MISSING, FEATURES_NOT_READ, FEATURES_MISSING, ENGINE_ERROR, RULE_ERROR or OVERRUN.',
  })
  readonly cause!: string;

  @Field(() => Float, { description: 'Pairs.' })
  readonly count!: number;
}

@ObjectType('PairedMean', { description: 'A mean of differences, candidate minus primary, with its paired t-test.' })
@Access(READ)
export class PairedMeanType {
  @Field(() => Float, { description: 'Pairs.' })
  readonly n: number;

  @Field(() => Float, { nullable: true, description: 'Mean of the differences; null without pairs.' })
  readonly difference: number | null;

  @Field(() => ConfidenceIntervalType, { nullable: true, description: 'Its t-interval, valid for a single look.' })
  readonly interval: MeanTestResult['interval'];

  @Field(() => Float, { nullable: true, description: 'Statistic of the paired t-test; null where it does not exist.' })
  readonly t: number | null;

  @Field(() => Float, { description: 'Its two-sided p, valid for a single look; 1 where there is no evidence.' })
  readonly p: number;

  constructor(n: number, test: MeanTestResult) {
    this.n = n;
    this.difference = test.difference;
    this.interval = test.interval;
    this.t = test.t;
    this.p = test.pTwoSided;
  }
}

@ObjectType('SignTest', { description: 'Whether the candidate scores higher more often than by chance; exact.' })
@Access(READ)
export class SignTestType {
  @Field(() => Float, { description: 'Pairs in which the candidate scored higher.' })
  readonly higher!: number;

  @Field(() => Float, { description: 'Pairs in which it scored lower; ties say nothing.' })
  readonly lower!: number;

  @Field(() => Float, { description: 'Two-sided p.' })
  readonly p!: number;
}

@ObjectType('PairedBrier', { description: 'Brier scores over the pairs with an outcome: the lower, the better.' })
@Access(READ)
export class PairedBrierType {
  @Field(() => Float, { nullable: true, description: 'Of what was answered.' })
  readonly primary!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of the candidate.' })
  readonly candidate!: number | null;

  @Field(() => PairedMeanType, { description: 'Candidate minus primary, pair by pair.' })
  readonly test!: PairedMeanType;

  @Field(() => ConfidenceIntervalType, {
    nullable: true,
    description: 'Interval of the difference that holds however often one looks: the recommendation goes by it.',
  })
  readonly alwaysValidInterval!: { readonly lower: number; readonly upper: number } | null;

  @Field(() => Float, { nullable: true, description: 'p of the same, valid at any look.' })
  readonly alwaysValidP!: number | null;
}

@ObjectType('ShadowAuc', { description: 'Area under the ROC curve over the pairs with an outcome, ties counted half.' })
@Access(READ)
export class ShadowAucType {
  @Field(() => Float, { nullable: true, description: 'Of what was answered; null unless both classes occur.' })
  readonly primary!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of the candidate; null unless both classes occur.' })
  readonly candidate!: number | null;
}

@ObjectType('LatencyQuantiles', { description: 'Milliseconds of derived fields and model.' })
@Access(READ)
export class LatencyQuantilesType {
  @Field(() => Float, { description: 'Median.' })
  readonly p50!: number;

  @Field(() => Float, { description: '95th percentile.' })
  readonly p95!: number;

  @Field(() => Float, { description: '99th percentile.' })
  readonly p99!: number;
}

export const quantilesOf = ([p50, p95, p99]: readonly number[]): LatencyQuantilesType | null =>
  p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };

@ObjectType('ShadowLatency', { description: 'What derived fields and model took, in pairs in which both were timed.' })
@Access(READ)
export class ShadowLatencyType {
  @Field(() => Float, { description: 'Pairs.' })
  readonly n!: number;

  @Field(() => Float, { nullable: true, description: 'Mean difference in milliseconds, candidate minus primary.' })
  readonly meanDifference!: number | null;

  @Field(() => LatencyQuantilesType, { nullable: true, description: 'Of what was answered.' })
  readonly primary!: LatencyQuantilesType | null;

  @Field(() => LatencyQuantilesType, { nullable: true, description: 'Of the candidate.' })
  readonly candidate!: LatencyQuantilesType | null;
}

@ObjectType('ShadowResult', { description: 'A shadow compared with what was answered, pair by pair.' })
@Access(READ)
export class ShadowResultType {
  @Field(() => ShadowRecommendationEnum, { description: 'What it comes to.' })
  readonly recommendation: ShadowRecommendation;

  @Field(() => String, { description: 'Why, in words.' })
  readonly reason: string;

  @Field(() => Float, { description: 'More pairs with an outcome that it takes until something can be said.' })
  readonly missing: number;

  @Field(() => Float, { description: 'Answers that have a record of the shadow.' })
  readonly pairs: number;

  @Field(() => Float, { description: 'Those of them with a score of both and an outcome.' })
  readonly labelled: number;

  @Field(() => ShadowShareType, { description: 'Pairs without a score of the candidate.' })
  readonly failed: Share;

  @Field(() => [ShadowFailureCountType], { description: 'The same by cause.' })
  readonly failures: readonly ShadowFailureCountType[];

  @Field(() => Float, { description: 'Pairs in which both decided.' })
  readonly decided: number;

  @Field(() => ShadowShareType, { description: 'Those of them with the same decision.' })
  readonly agreement: Share;

  @Field(() => ShadowShareType, { description: 'Those with another one.' })
  readonly flips: Share;

  @Field(() => [ShadowDecisionPairType], { description: 'Every pair of decisions, the most frequent first.' })
  readonly decisions: readonly DecisionPair[];

  @Field(() => PairedMeanType, { description: 'By how much the candidate scores higher.' })
  readonly scoreShift: PairedMeanType;

  @Field(() => SignTestType, { description: 'The same without looking at the size of the differences.' })
  readonly signTest: SignTestType;

  @Field(() => PairedBrierType, { description: 'Which of both is right more often, and surer where it is.' })
  readonly brier: PairedBrierType;

  readonly shadow: Shadow;
  readonly trust: Trust;

  constructor(shadow: Shadow, trust: Trust, result: ShadowResult) {
    const { sums, sign, brierSequence } = result;
    this.shadow = shadow;
    this.trust = trust;
    this.recommendation = result.recommendation;
    this.reason = result.reason;
    this.missing = result.missing;
    this.pairs = sums.pairs;
    this.labelled = sums.labelled;
    this.failed = result.failed;
    this.failures = Object.entries(sums.failures).map(([cause, count]) => ({ cause, count }));
    this.decided = result.decided;
    this.agreement = result.agreed;
    this.flips = result.flipped;
    this.decisions = sums.decisions;
    this.scoreShift = new PairedMeanType(sums.shift.n, result.shift);
    this.signTest = { higher: sums.higher, lower: sums.lower, p: sign.pTwoSided };
    this.brier = {
      primary: sums.primaryBrier,
      candidate: sums.candidateBrier,
      test: new PairedMeanType(sums.brierDifference.n, result.brier),
      alwaysValidInterval: brierSequence?.interval ?? null,
      alwaysValidP: brierSequence?.pAlwaysValid ?? null,
    };
  }
}
