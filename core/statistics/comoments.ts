import { requireSameLength } from './check.ts';
import type { Moments } from './moments.ts';

/** What two values of each unit have in common, mergeable in any order like `Moments`. */
export interface CoMoments {
  readonly n: number;
  readonly meanX: number;
  readonly meanY: number;
  /** Σ(x − meanX)². */
  readonly m2X: number;
  /** Σ(y − meanY)². */
  readonly m2Y: number;
  /** Σ(x − meanX)(y − meanY). */
  readonly mXY: number;
}

export const NO_COMOMENTS: CoMoments = { n: 0, meanX: 0, meanY: 0, m2X: 0, m2Y: 0, mXY: 0 };

/** One more unit (Welford; Schubert & Gertz 2018 for the product). */
export function addUnit({ n, meanX, meanY, m2X, m2Y, mXY }: CoMoments, x: number, y: number): CoMoments {
  const [nextX, nextY] = [meanX + (x - meanX) / (n + 1), meanY + (y - meanY) / (n + 1)];
  return {
    n: n + 1,
    meanX: nextX,
    meanY: nextY,
    m2X: m2X + (x - meanX) * (x - nextX),
    m2Y: m2Y + (y - meanY) * (y - nextY),
    mXY: mXY + (x - meanX) * (y - nextY),
  };
}

/** Throws INVALID_INPUT unless there are as many `y` as `x`. */
export function coMomentsOf(x: readonly number[], y: readonly number[]): CoMoments {
  requireSameLength('x and y', x, y);
  let moments = NO_COMOMENTS;
  for (const [at, value] of x.entries()) moments = addUnit(moments, value, y[at] ?? Number.NaN);
  return moments;
}

/** Both parts together (Chan, Golub & LeVeque 1979). */
export function mergeCoMoments(a: CoMoments, b: CoMoments): CoMoments {
  if (a.n === 0 || b.n === 0) return a.n === 0 ? b : a;
  const n = a.n + b.n;
  const [gapX, gapY] = [b.meanX - a.meanX, b.meanY - a.meanY];
  const share = (a.n * b.n) / n;
  return {
    n,
    meanX: a.meanX + gapX * (b.n / n),
    meanY: a.meanY + gapY * (b.n / n),
    m2X: a.m2X + b.m2X + gapX * gapX * share,
    m2Y: a.m2Y + b.m2Y + gapY * gapY * share,
    mXY: a.mXY + b.mXY + gapX * gapY * share,
  };
}

/** Pearson's correlation; `null` where x or y does not vary. */
export const correlation = ({ m2X, m2Y, mXY }: CoMoments): number | null =>
  m2X === 0 || m2Y === 0 ? null : mXY / Math.sqrt(m2X) / Math.sqrt(m2Y);

/** The moments of y alone. */
export const momentsOfY = ({ n, meanY, m2Y }: CoMoments): Moments => ({ n, mean: meanY, m2: m2Y });
