import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import { around, type Interval } from '../../../../core/statistics/interval.ts';
import { relativeMeanTest, welchTest } from '../../../../core/statistics/means.ts';
import { twoSidedT } from '../../../../core/statistics/distributions/student-t.ts';
import { variance, type Moments } from '../../../../core/statistics/moments.ts';
import { ratioMoments } from '../../../../core/statistics/ratio-metric.ts';
import { twoProportionTest } from '../../../../core/statistics/two-proportion.ts';
import { wilsonInterval } from '../../../../core/statistics/wilson.ts';
import { mergeQuantiled, quantileMoments, type Quantiled } from './quantiled.ts';
import { adjustedTest, mergeAdjusted, wholeOf, type Adjusted } from './adjustment.ts';

/** Units of an arm with an outcome, and those of them that converted. */
export interface Trials {
  readonly labelled: number;
  readonly converted: number;
}

/** How many units of an arm convert, the sums of each unit's values, or a quantile of all values. */
export type PlainEvidence = Trials | CoMoments | Quantiled;

/** What an arm's units say by the primary metric, with what was known of them before where that is taken out. */
export type Evidence = PlainEvidence | Adjusted;

const isShare = (evidence: Evidence): evidence is Trials => 'labelled' in evidence;
const isAdjusted = (evidence: Evidence): evidence is Adjusted => 'strata' in evidence;
const isQuantile = (evidence: Evidence): evidence is Quantiled => 'sketch' in evidence;

/** What tests of means take, of anything that is no share; null where it says nothing. */
export const momentsOf = (evidence: Exclude<PlainEvidence, Trials>): Moments | null =>
  isQuantile(evidence) ? quantileMoments(evidence) : ratioMoments(evidence);

/** The same units with nothing taken out. */
export function plainOf(evidence: Evidence): PlainEvidence {
  if (!isAdjusted(evidence)) return evidence;
  const whole = wholeOf(evidence);
  return evidence.isShare ? { labelled: whole.n, converted: Math.round(whole.n * whole.meanY) } : whole;
}

const NO_TRIALS: Trials = { labelled: 0, converted: 0 };

/** Of no unit, for a primary metric that is a metric of values or the share that converts. */
export const noEvidence = (ofValues: boolean): Evidence => (ofValues ? NO_COMOMENTS : NO_TRIALS);

/** Units in the test. */
export function unitsIn(evidence: Evidence): number {
  const plain = plainOf(evidence);
  if (isQuantile(plain)) return plain.units.n;
  return isShare(plain) ? plain.labelled : plain.n;
}

export function together(a: Evidence, b: Evidence): Evidence {
  if (isShare(a) && isShare(b)) return { labelled: a.labelled + b.labelled, converted: a.converted + b.converted };
  if (isAdjusted(a) && isAdjusted(b)) return mergeAdjusted(a, b);
  if (isQuantile(a) && isQuantile(b)) return mergeQuantiled(a, b);
  if ([a, b].some((one) => isAdjusted(one) || isQuantile(one))) return unitsIn(a) === 0 ? b : onlyIfEmpty(a, b);
  if ('meanX' in a && 'meanX' in b) return mergeCoMoments(a, b);
  throw new Error('shares and sums of values cannot be added up');
}

function onlyIfEmpty(a: Evidence, b: Evidence): Evidence {
  if (unitsIn(b) === 0) return a;
  throw new Error('sums of different kinds cannot be added up');
}

/** The share that converts, or the mean; null without units. Of all units as they are, whatever is taken out of a difference. */
export function valueOf(of: Evidence): number | null {
  const evidence = plainOf(of);
  if (isShare(evidence)) return evidence.labelled === 0 ? null : evidence.converted / evidence.labelled;
  return momentsOf(evidence)?.mean ?? null;
}

/** Wilson's interval of a share, Student's of a mean; null of a mean of fewer than two units. */
export function intervalOf(of: Evidence, confidence: number): Interval | null {
  const evidence = plainOf(of);
  if (isShare(evidence)) return wilsonInterval(evidence.converted, evidence.labelled, confidence);
  const moments = momentsOf(evidence);
  const spread = moments && variance(moments);
  if (!moments || spread === null) return null;
  return around(moments.mean, twoSidedT(confidence, moments.n - 1) * Math.sqrt(spread / moments.n));
}

/** An arm against the control. */
export interface EvidenceTest {
  readonly control: number | null;
  readonly value: number | null;
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Of the difference, without the assumption that there is none. */
  readonly standardError: number | null;
  readonly relativeLift: number | null;
  readonly relativeLiftInterval: Interval | null;
  /** Of the pooled test of two shares; null of means. */
  readonly z: number | null;
  /** Two-sided. */
  readonly p: number;
  /** What the same units say with nothing taken out; null where nothing is. */
  readonly unadjusted: Unadjusted | null;
}

export interface Unadjusted {
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly p: number;
  /** By how much the variance of the difference became smaller, as a share; negative where it grew. */
  readonly varianceReduction: number | null;
  /** Strata that were compared. */
  readonly strata: number;
}

/** The adjusted test where something is taken out; else the pooled test of two shares, or Welch's of means. */
export function testOf(control: Evidence, arm: Evidence, confidence: number): EvidenceTest {
  const [kept, tried] = [plainOf(control), plainOf(arm)];
  const plain = plainTest(kept, tried, confidence);
  if (!isAdjusted(control) || !isAdjusted(arm)) return plain;
  const found = adjustedTest(control, arm, confidence);
  if (!found) return plain;
  const { difference, interval, standardError, pTwoSided: p } = found.absolute;
  const { difference: relativeLift, interval: relativeLiftInterval } = found.relative;
  // Of a share too it is that of means: one with n in place of n − 1 would be no gain.
  const [one, other] = [ratioMoments(wholeOf(control)), ratioMoments(wholeOf(arm))];
  const before = one && other && welchTest(one, other, confidence).standardError;
  const varianceReduction = before && standardError !== null ? 1 - (standardError / before) ** 2 : null;
  const { difference: plainDifference, interval: plainInterval, p: plainP } = plain;
  return {
    ...plain,
    difference,
    interval,
    standardError,
    relativeLift,
    relativeLiftInterval,
    z: null,
    p,
    unadjusted: {
      difference: plainDifference,
      interval: plainInterval,
      p: plainP,
      varianceReduction,
      strata: found.strata,
    },
  };
}

/** The pooled test of two shares with Newcombe's interval; Welch's of means, where units are what varies. */
function plainTest(control: PlainEvidence, arm: PlainEvidence, confidence: number): EvidenceTest {
  const values = { control: valueOf(control), value: valueOf(arm), unadjusted: null };
  if (isShare(control) && isShare(arm)) {
    const test = twoProportionTest({
      controlSuccesses: control.converted,
      controlTrials: control.labelled,
      treatmentSuccesses: arm.converted,
      treatmentTrials: arm.labelled,
      confidence,
    });
    const { difference, newcombeInterval: interval, relativeLift, relativeLiftInterval, z, pTwoSided: p } = test;
    const standardError = test.unpooledStandardError;
    return { ...values, difference, interval, standardError, relativeLift, relativeLiftInterval, z, p };
  }
  if (isShare(control) || isShare(arm)) throw new Error('a share cannot be compared with a mean');
  const [kept, tried] = [momentsOf(control), momentsOf(arm)];
  const nothing = { difference: null, interval: null, standardError: null, relativeLift: null, z: null, p: 1 };
  if (!kept || !tried) return { ...values, ...nothing, relativeLiftInterval: null };
  const { difference, interval, standardError, pTwoSided: p } = welchTest(kept, tried, confidence);
  const { difference: relativeLift, interval: relativeLiftInterval } = relativeMeanTest(kept, tried, confidence);
  return { ...values, difference, interval, standardError, relativeLift, relativeLiftInterval, z: null, p };
}
