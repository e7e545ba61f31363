import { type CoMoments, mergeCoMoments, momentsOfY } from './comoments.ts';
import { type MeanTestResult, tTest, welchDf, welchTest } from './means.ts';
import { type Moments, variance } from './moments.ts';

/** A test of means with what was known of each unit before taken out of its value. */
export interface CupedResult {
  /** cov(post, pre)/var(pre) over both arms (Deng et al. 2013, as GrowthBook); 0 where pre does not vary. */
  readonly theta: number;
  /** The same slope within the arms (ANCOVA), which an effect on the mean cannot move. */
  readonly thetaWithinArm: number;
  readonly control: Moments;
  readonly treatment: Moments;
  readonly absolute: MeanTestResult;
  readonly relative: MeanTestResult;
  /** By how much the variance of the difference became smaller, as a share; negative where it grew; `null` where there was none. */
  readonly varianceReduction: number | null;
}

/** Moments of y − θ(x − mean of all x). */
function adjusted({ n, meanX, meanY, m2X, m2Y, mXY }: CoMoments, theta: number, overallX: number): Moments {
  const m2 = m2Y - 2 * theta * mXY + theta * theta * m2X;
  return { n, mean: meanY - theta * (meanX - overallX), m2: Math.max(0, m2) };
}

/**
 * The difference of the adjusted means over the control's mean as it was, by the delta method for both the control's values
 * and its covariate (GrowthBook): s₂²/n₂/ȳ₁² + (s²_y·r² − 2θ·s_xy·r + θ²·s²_x)/n₁/ȳ₁², r = ȳ₂/ȳ₁.
 */
function lift(
  control: CoMoments,
  treatment: CoMoments,
  theta: number,
  [a, b]: readonly [Moments, Moments],
  confidence: number,
): MeanTestResult {
  const [s1, s2] = [variance(a), variance(b)];
  const base = control.meanY;
  if (s1 === null || s2 === null || base === 0) return tTest(null, null, null, confidence);
  const r = treatment.meanY / base;
  const spread = (control.m2Y * r * r - 2 * theta * control.mXY * r + theta * theta * control.m2X) / (control.n - 1);
  const error = Math.sqrt(s2 / b.n / base ** 2 + Math.max(0, spread) / a.n / base ** 2);
  return tTest((b.mean - a.mean) / base, error, welchDf(s1 / a.n, a.n, s2 / b.n, b.n), confidence);
}

/**
 * CUPED: x is a unit's value before the experiment, y its value since. Assumes that x was known before the unit was
 * assigned; with anything later it hides effects.
 */
export function cupedTest(control: CoMoments, treatment: CoMoments, confidence = 0.95): CupedResult {
  const pooled = mergeCoMoments(control, treatment);
  const withinX = control.m2X + treatment.m2X;
  const theta = pooled.m2X === 0 ? 0 : pooled.mXY / pooled.m2X;
  const [a, b] = [adjusted(control, theta, pooled.meanX), adjusted(treatment, theta, pooled.meanX)];
  const absolute = welchTest(a, b, confidence);
  const plain = welchTest(momentsOfY(control), momentsOfY(treatment), confidence);
  return {
    theta,
    thetaWithinArm: withinX === 0 ? 0 : (control.mXY + treatment.mXY) / withinX,
    control: a,
    treatment: b,
    absolute,
    relative: lift(control, treatment, theta, [a, b], confidence),
    varianceReduction:
      !plain.standardError || absolute.standardError === null
        ? null
        : 1 - (absolute.standardError / plain.standardError) ** 2,
  };
}
