import type { CoMoments } from './comoments.ts';
import { normalSf, twoSidedZ } from './distributions/normal.ts';
import { around, type Interval } from './interval.ts';
import { requireOpenUnit } from './check.ts';
import type { Moments } from './moments.ts';

/**
 * A ratio of sums as if it were a mean per unit: x is the denominator, y the numerator of one unit of randomisation, and
 * the variance is that of the delta method, (s²_y − 2R·s_xy + R²·s²_x)/x̄² (Deng et al. 2018; GrowthBook). What
 * tests of means do goes on with it: `welchTest`, `relativeMeanTest`. `null` where the denominators sum to 0.
 */
export function ratioMoments({ n, meanX, meanY, m2X, m2Y, mXY }: CoMoments): Moments | null {
  if (n === 0 || meanX === 0) return null;
  const ratio = meanY / meanX;
  const m2 = (m2Y - 2 * ratio * mXY + ratio * ratio * m2X) / (meanX * meanX);
  // Rounding may leave a little less than nothing where every unit has the same ratio.
  return { n, mean: ratio, m2: Math.max(0, m2) };
}

/** Treatment's ratio minus the control's, by the normal distribution. */
export interface RatioTestResult {
  readonly control: number | null;
  readonly treatment: number | null;
  readonly difference: number | null;
  readonly standardError: number | null;
  /** `null` where the standard error is 0 or unknown: then p is 1, no evidence. */
  readonly z: number | null;
  readonly pTwoSided: number;
  readonly interval: Interval | null;
}

/** z-test of two ratios of sums, one row per unit of randomisation: x the denominator, y the numerator. */
export function ratioTest(control: CoMoments, treatment: CoMoments, confidence = 0.95): RatioTestResult {
  requireOpenUnit('confidence', confidence);
  const [a, b] = [ratioMoments(control), ratioMoments(treatment)];
  const means = { control: a?.mean ?? null, treatment: b?.mean ?? null };
  if (!a || !b) return { ...means, difference: null, standardError: null, z: null, pTwoSided: 1, interval: null };
  const difference = b.mean - a.mean;
  const error = a.n < 2 || b.n < 2 ? null : Math.sqrt(a.m2 / (a.n - 1) / a.n + b.m2 / (b.n - 1) / b.n);
  if (!error) return { ...means, difference, standardError: error, z: null, pTwoSided: 1, interval: null };
  const z = difference / error;
  return {
    ...means,
    difference,
    standardError: error,
    z,
    pTwoSided: 2 * normalSf(Math.abs(z)),
    interval: around(difference, twoSidedZ(confidence) * error),
  };
}
