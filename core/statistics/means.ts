import { studentTSf, twoSidedT } from './distributions/student-t.ts';
import { around, type Interval } from './interval.ts';
import { type Moments, momentsOf, variance } from './moments.ts';
import { requireFinite, requireOpenUnit, requireSameLength } from './check.ts';

/** A t-test of treatment minus control, in the metric's unit. */
export interface MeanTestResult {
  readonly difference: number | null;
  readonly standardError: number | null;
  /** `null` where the standard error is 0 or unknown: then all p-values are 1, no evidence. */
  readonly t: number | null;
  readonly df: number | null;
  readonly pTwoSided: number;
  readonly pGreater: number;
  readonly pLess: number;
  readonly interval: Interval | null;
}

/** Student's t-test of a difference with its standard error. */
export function tTest(
  difference: number | null,
  standardError: number | null,
  df: number | null,
  confidence: number,
): MeanTestResult {
  requireOpenUnit('confidence', confidence);
  if (difference === null || standardError === null || standardError === 0 || df === null) {
    return { difference, standardError, t: null, df: null, pTwoSided: 1, pGreater: 1, pLess: 1, interval: null };
  }
  const t = difference / standardError;
  return {
    difference,
    standardError,
    t,
    df,
    pTwoSided: 2 * studentTSf(Math.abs(t), df),
    pGreater: studentTSf(t, df),
    pLess: studentTSf(-t, df),
    interval: around(difference, twoSidedT(confidence, df) * standardError),
  };
}

const differenceOf = (control: Moments, treatment: Moments): number | null =>
  control.n === 0 || treatment.n === 0 ? null : treatment.mean - control.mean;

/** Welch–Satterthwaite degrees of freedom of two squared standard errors. */
export const welchDf = (v1: number, n1: number, v2: number, n2: number): number =>
  (v1 + v2) ** 2 / (v1 ** 2 / (n1 - 1) + v2 ** 2 / (n2 - 1));

/**
 * Welch's t = (x̄₂−x̄₁)/√(s₁²/n₁+s₂²/n₂). Assumes independent units, not equal variances. Below two units in an arm, or
 * with both arms constant, there is no evidence: t is null and p is 1.
 */
export function welchTest(control: Moments, treatment: Moments, confidence = 0.95): MeanTestResult {
  const [s1, s2] = [variance(control), variance(treatment)];
  const difference = differenceOf(control, treatment);
  if (s1 === null || s2 === null) return tTest(difference, null, null, confidence);
  const [v1, v2] = [s1 / control.n, s2 / treatment.n];
  return tTest(difference, Math.sqrt(v1 + v2), welchDf(v1, control.n, v2, treatment.n), confidence);
}

/** √ of the variance pooled over both arms; `null` where there are not two more units than arms. */
const pooledDeviation = (control: Moments, treatment: Moments): number | null =>
  control.n === 0 || treatment.n === 0 || control.n + treatment.n < 3
    ? null
    : Math.sqrt((control.m2 + treatment.m2) / (control.n + treatment.n - 2));

/** Student's t-test, which assumes equal variances. */
export function studentTest(control: Moments, treatment: Moments, confidence = 0.95): MeanTestResult {
  const deviation = pooledDeviation(control, treatment);
  const error = deviation === null ? null : deviation * Math.sqrt(1 / control.n + 1 / treatment.n);
  return tTest(differenceOf(control, treatment), error, control.n + treatment.n - 2, confidence);
}

/** Cohen's d: the difference in pooled standard deviations; `null` where that is 0 or unknown. */
export function cohenD(control: Moments, treatment: Moments): number | null {
  const deviation = pooledDeviation(control, treatment);
  return deviation === null || deviation === 0 ? null : (treatment.mean - control.mean) / deviation;
}

/**
 * Relative difference (x̄₂−x̄₁)/x̄₁ by the delta method, variance s₂²/n₂/x̄₁² + s₁²/n₁·x̄₂²/x̄₁⁴, with Welch's degrees of
 * freedom (GrowthBook). Poor when the control's mean is near 0; none where it is 0.
 */
export function relativeMeanTest(control: Moments, treatment: Moments, confidence = 0.95): MeanTestResult {
  const [s1, s2] = [variance(control), variance(treatment)];
  if (s1 === null || s2 === null || control.mean === 0) return tTest(null, null, null, confidence);
  const [v1, v2] = [s1 / control.n, s2 / treatment.n];
  const error = Math.sqrt(v2 / control.mean ** 2 + (v1 * treatment.mean ** 2) / control.mean ** 4);
  const lift = (treatment.mean - control.mean) / control.mean;
  return tTest(lift, error, welchDf(v1, control.n, v2, treatment.n), confidence);
}

/** t-test of a mean of differences of pairs, from the moments of these. */
export function pairedMomentsTest(differences: Moments, confidence = 0.95): MeanTestResult {
  const spread = variance(differences);
  const error = spread === null ? null : Math.sqrt(spread / differences.n);
  return tTest(differences.n === 0 ? null : differences.mean, error, differences.n - 1, confidence);
}

/** t-test of the mean of after − before, pair by pair. */
export function pairedTest(before: readonly number[], after: readonly number[], confidence = 0.95): MeanTestResult {
  requireSameLength('before and after', before, after);
  requireFinite('before', before);
  requireFinite('after', after);
  return pairedMomentsTest(momentsOf(after.map((value, i) => value - (before[i] ?? Number.NaN))), confidence);
}
