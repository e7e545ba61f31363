import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from './comoments.ts';

/** x, the denominator, and y, the numerator, of each unit with c, what was known of it before. Mergeable like `CoMoments`. */
export interface CovariateMoments extends CoMoments {
  readonly meanC: number;
  readonly m2C: number;
  readonly mXC: number;
  readonly mYC: number;
}

export const NO_COVARIATE_MOMENTS: CovariateMoments = { ...NO_COMOMENTS, meanC: 0, m2C: 0, mXC: 0, mYC: 0 };

/** Both parts together (Chan, Golub & LeVeque 1979). */
export function mergeCovariateMoments(a: CovariateMoments, b: CovariateMoments): CovariateMoments {
  if (a.n === 0 || b.n === 0) return a.n === 0 ? b : a;
  const [gapX, gapY, gapC] = [b.meanX - a.meanX, b.meanY - a.meanY, b.meanC - a.meanC];
  const share = (a.n * b.n) / (a.n + b.n);
  return {
    ...mergeCoMoments(a, b),
    meanC: a.meanC + gapC * (b.n / (a.n + b.n)),
    m2C: a.m2C + b.m2C + gapC * gapC * share,
    mXC: a.mXC + b.mXC + gapX * gapC * share,
    mYC: a.mYC + b.mYC + gapY * gapC * share,
  };
}

/**
 * The units of a part of an arm with y/x made a value of each unit, (y − R·x)/x̄ + R by R and x̄ of the whole arm (delta
 * method, as `ratioMoments`): y of the result, with c as its x. `null` where the denominators of the arm sum to 0.
 */
export function linearised(part: CovariateMoments, arm: CoMoments): CoMoments | null {
  if (arm.n === 0 || arm.meanX === 0) return null;
  const ratio = arm.meanY / arm.meanX;
  const { n, meanX, meanY, meanC, m2X, m2Y, m2C, mXY, mXC, mYC } = part;
  return {
    n,
    meanX: meanC,
    m2X: m2C,
    meanY: (meanY - ratio * meanX) / arm.meanX + ratio,
    // Rounding may leave a little less than nothing where every unit has the same ratio.
    m2Y: Math.max(0, (m2Y - 2 * ratio * mXY + ratio * ratio * m2X) / (arm.meanX * arm.meanX)),
    mXY: (mYC - ratio * mXC) / arm.meanX,
  };
}
