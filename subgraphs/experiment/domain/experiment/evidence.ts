import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import { around, type Interval } from '../../../../core/statistics/interval.ts';
import { relativeMeanTest, welchTest } from '../../../../core/statistics/means.ts';
import { twoSidedT } from '../../../../core/statistics/distributions/student-t.ts';
import { variance } from '../../../../core/statistics/moments.ts';
import { ratioMoments } from '../../../../core/statistics/ratio-metric.ts';
import { twoProportionTest } from '../../../../core/statistics/two-proportion.ts';
import { wilsonInterval } from '../../../../core/statistics/wilson.ts';

/** Units of an arm with an outcome, and those of them that converted. */
export interface Trials {
  readonly labelled: number;
  readonly converted: number;
}

/** What an arm's units say by the primary metric: how many convert, or the sums of each unit's values. */
export type Evidence = Trials | CoMoments;

const isShare = (evidence: Evidence): evidence is Trials => 'labelled' in evidence;

const NO_TRIALS: Trials = { labelled: 0, converted: 0 };

/** Of no unit, for a primary metric that is a metric of values or the share that converts. */
export const noEvidence = (ofValues: boolean): Evidence => (ofValues ? NO_COMOMENTS : NO_TRIALS);

/** Units in the test. */
export const unitsIn = (evidence: Evidence): number => (isShare(evidence) ? evidence.labelled : evidence.n);

export function together(a: Evidence, b: Evidence): Evidence {
  if (isShare(a) && isShare(b)) return { labelled: a.labelled + b.labelled, converted: a.converted + b.converted };
  if (!isShare(a) && !isShare(b)) return mergeCoMoments(a, b);
  throw new Error('shares and sums of values cannot be added up');
}

/** The share that converts, or the mean; null without units. */
export function valueOf(evidence: Evidence): number | null {
  if (isShare(evidence)) return evidence.labelled === 0 ? null : evidence.converted / evidence.labelled;
  return ratioMoments(evidence)?.mean ?? null;
}

/** Wilson's interval of a share, Student's of a mean; null of a mean of fewer than two units. */
export function intervalOf(evidence: Evidence, confidence: number): Interval | null {
  if (isShare(evidence)) return wilsonInterval(evidence.converted, evidence.labelled, confidence);
  const moments = ratioMoments(evidence);
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
}

/** The pooled test of two shares with Newcombe's interval; Welch's of means, where units are what varies. */
export function testOf(control: Evidence, arm: Evidence, confidence: number): EvidenceTest {
  const values = { control: valueOf(control), value: valueOf(arm) };
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
  const [kept, tried] = [ratioMoments(control), ratioMoments(arm)];
  const nothing = { difference: null, interval: null, standardError: null, relativeLift: null, z: null, p: 1 };
  if (!kept || !tried) return { ...values, ...nothing, relativeLiftInterval: null };
  const { difference, interval, standardError, pTwoSided: p } = welchTest(kept, tried, confidence);
  const { difference: relativeLift, interval: relativeLiftInterval } = relativeMeanTest(kept, tried, confidence);
  return { ...values, difference, interval, standardError, relativeLift, relativeLiftInterval, z: null, p };
}
