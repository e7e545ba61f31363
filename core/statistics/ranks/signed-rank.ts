import { normalSf } from '../distributions/normal.ts';

/** What Wilcoxon's test needs of pairs that differ. */
export interface SignedRanks {
  readonly n: number;
  /** Sum of the ranks of those in which the second is the higher one; ranks are of the sizes of the differences. */
  readonly rankSum: number;
  /** Σ(t³ − t) over groups of t equal sizes. */
  readonly tieTerm: number;
}

/**
 * Wilcoxon's signed-rank test of pairs (Wilcoxon 1945): by the normal distribution with the correction for ties, without one
 * for continuity (as scipy's `wilcoxon(method="approx")`). Assumes differences that are symmetric where there is no effect;
 * below about 20 pairs p is rough.
 */
export function signedRankTest({ n, rankSum, tieTerm }: SignedRanks): {
  readonly z: number | null;
  readonly p: number;
} {
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  if (!(variance > 0)) return { z: null, p: 1 };
  const z = (rankSum - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { z, p: Math.min(1, 2 * normalSf(Math.abs(z))) };
}
