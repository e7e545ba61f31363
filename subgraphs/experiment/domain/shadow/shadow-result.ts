import {
  asymptoticSequence,
  sequenceSize,
  type ConfidenceSequence,
} from '../../../../core/statistics/sequential/confidence-sequence.ts';
import { pairedMomentsTest, type MeanTestResult } from '../../../../core/statistics/means.ts';
import { variance, type Moments } from '../../../../core/statistics/moments.ts';
import { signTest } from '../../../../core/statistics/sign-test.ts';
import { wilsonInterval } from '../../../../core/statistics/wilson.ts';
import type { Trust } from '../trust.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';

/** How often the primary decided one thing and the candidate another, or the same. */
export interface DecisionPair {
  readonly primary: string;
  readonly candidate: string;
  readonly count: number;
}

/** Everything that is computed of a shadow, as sums over its pairs. */
export interface ShadowSums {
  readonly pairs: number;
  /** Pairs without a score of the candidate, by cause. */
  readonly failures: Readonly<Record<string, number>>;
  readonly decisions: readonly DecisionPair[];
  /** Candidate's score minus the primary's. */
  readonly shift: Moments;
  readonly higher: number;
  readonly lower: number;
  /** Pairs with both scores and an outcome. */
  readonly labelled: number;
  /** Those of them with a score that is no probability. */
  readonly outside: number;
  readonly primaryBrier: number | null;
  readonly candidateBrier: number | null;
  /** Candidate's squared error minus the primary's, pair by pair. */
  readonly brierDifference: Moments;
}

/**
 * CANDIDATE_BETTER and PRIMARY_BETTER: by Brier score, at any look. NO_DIFFERENCE_SHOWN: none worth finding, or it ended
 * without one. NEEDS_MORE: pairs with outcomes. CANDIDATE_FAILS: too often without a score. NOT_CALLED: this does not tell.
 */
export const SHADOW_RECOMMENDATIONS = [
  'CANDIDATE_BETTER',
  'PRIMARY_BETTER',
  'NO_DIFFERENCE_SHOWN',
  'NEEDS_MORE',
  'CANDIDATE_FAILS',
  'NOT_CALLED',
] as const;
export type ShadowRecommendation = (typeof SHADOW_RECOMMENDATIONS)[number];

export interface Share {
  readonly count: number;
  readonly rate: number | null;
  readonly interval: Interval;
}

export interface ShadowResult {
  readonly sums: ShadowSums;
  readonly failed: Share;
  /** Of the pairs in which both decided. */
  readonly decided: number;
  readonly agreed: Share;
  readonly flipped: Share;
  readonly shift: MeanTestResult;
  readonly sign: { readonly n: number; readonly pTwoSided: number };
  readonly brier: MeanTestResult;
  /** Null below two labelled pairs. */
  readonly brierSequence: ConfidenceSequence | null;
  readonly recommendation: ShadowRecommendation;
  readonly reason: string;
  /** More pairs with an outcome that it takes until something can be said; 0 where something is. */
  readonly missing: number;
}

export const CONFIDENCE = 0.95;
const ALPHA = 1 - CONFIDENCE;
/** The reference's tuning: narrowest for decisions near this many pairs, and hardly wider elsewhere. */
const TUNED_FOR = 5_000;
/** Below it the central limit is not to be relied on. */
const LEAST_LABELLED = 100;
/** A candidate that has no score this often is compared on a choice of its own. */
const MOST_FAILING = 0.01;

const share = (count: number, of: number): Share => ({
  count,
  rate: of === 0 ? null : count / of,
  interval: wilsonInterval(count, of, CONFIDENCE),
});

/**
 * The paired analysis. The call rests on a confidence sequence, which holds however often one looks; the t-test beside it
 * is valid for a single look. Both take the pairs as independent.
 */
export function compareShadow(sums: ShadowSums, terms: Terms): ShadowResult {
  const failing = Object.values(sums.failures).reduce((sum, count) => sum + count, 0);
  const decided = sums.decisions.reduce((sum, { count }) => sum + count, 0);
  const agreed = sums.decisions.reduce(
    (sum, { primary, candidate, count }) => sum + (primary === candidate ? count : 0),
    0,
  );
  const brier = pairedMomentsTest(sums.brierDifference, CONFIDENCE);
  const { n } = sums.brierDifference;
  const brierSequence =
    brier.difference === null || brier.standardError === null
      ? null
      : asymptoticSequence({
          estimate: brier.difference,
          standardError: brier.standardError,
          n,
          alpha: ALPHA,
          tunedFor: TUNED_FOR,
        });
  const failed = share(failing, sums.pairs);
  return {
    sums,
    failed,
    decided,
    agreed: share(agreed, decided),
    flipped: share(decided - agreed, decided),
    shift: pairedMomentsTest(sums.shift, CONFIDENCE),
    sign: signTest(sums.higher, sums.lower),
    brier,
    brierSequence,
    ...called(sums, failed, brierSequence, terms),
  };
}

type Called = Pick<ShadowResult, 'recommendation' | 'reason' | 'missing'>;
interface Terms {
  readonly ended: boolean;
  readonly minEffect: number;
  readonly trust: Trust;
}

const call = (recommendation: ShadowRecommendation, reason: string, missing = 0): Called => ({
  recommendation,
  reason,
  missing,
});

function called(sums: ShadowSums, failed: Share, sequence: ConfidenceSequence | null, terms: Terms): Called {
  if (terms.trust !== 'server') return call('NOT_CALLED', 'records of devices are shown, and never decide');
  if (sums.pairs >= LEAST_LABELLED && failed.interval.lower > MOST_FAILING) {
    const percent = ((failed.rate ?? 0) * 100).toPrecision(3);
    return call('CANDIDATE_FAILS', `it has no score for ${percent} % of its pairs, more than ${MOST_FAILING * 100} %`);
  }
  if (sums.outside > 0) {
    return call('NOT_CALLED', `${sums.outside} labelled pairs have a score outside 0 to 1, which is no probability`);
  }
  const { n } = sums.brierDifference;
  if (n >= LEAST_LABELLED && sequence) return byBrier(sums.brierDifference, sequence, terms);
  if (terms.ended) {
    return call('NO_DIFFERENCE_SHOWN', `it ended with ${n} pairs that have an outcome: too few for anything`);
  }
  const lack = LEAST_LABELLED - n;
  return call('NEEDS_MORE', `${lack} more pairs with an outcome are needed before anything is said`, lack);
}

function byBrier(
  difference: Moments,
  { interval, halfWidth, pAlwaysValid }: ConfidenceSequence,
  { ended, minEffect }: Terms,
): Called {
  const { n, mean } = difference;
  const found = `Brier score ${mean.toPrecision(3)} ± ${halfWidth.toPrecision(2)} over ${n} pairs, p = ${pAlwaysValid.toPrecision(2)} at any look`;
  if (interval.upper < 0) return call('CANDIDATE_BETTER', `the candidate is better: ${found}`);
  if (interval.lower > 0) return call('PRIMARY_BETTER', `the candidate is worse: ${found}`);
  if (interval.upper <= minEffect && interval.lower >= -minEffect) {
    return call('NO_DIFFERENCE_SHOWN', `no difference of ${minEffect} or more: ${found}`);
  }
  if (ended) return call('NO_DIFFERENCE_SHOWN', `it ended before a difference was shown or ruled out: ${found}`);
  const size = sequenceSize(Math.sqrt(variance(difference) ?? 0), minEffect, ALPHA, TUNED_FOR);
  const missing = Math.max(1, size - n);
  const lack = `${missing} more pairs with an outcome show or rule out a difference of ${minEffect}`;
  return call('NEEDS_MORE', `${lack}; so far ${found}`, missing);
}
