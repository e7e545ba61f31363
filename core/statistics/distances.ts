import { proportions, requireSameBins, sum } from './counts.ts';

/** Distances of two samples counted in the same bins; all 0 means the same shares. */
export interface BinnedDistances {
  /** Jensen–Shannon divergence with natural logarithm, 0 to ln 2. */
  readonly jensenShannonDivergenceNat: number;
  /** The same in bits, 0 to 1. */
  readonly jensenShannonDivergenceBase2: number;
  /** √divergence: a metric. Evidently's base. */
  readonly jensenShannonDistanceNat: number;
  /** √divergence in bits, NannyML's base. */
  readonly jensenShannonDistanceBase2: number;
  /** Σp·ln(p/q) from the reference p to the current q, natural; Infinity where a bin of the reference has emptied. */
  readonly kullbackLeibler: number;
  /** √(Σ(√p−√q)²/2), 0 to 1. */
  readonly hellinger: number;
  /** Σ|p−q|/2, 0 to 1. */
  readonly totalVariation: number;
  /** max|p−q|, 0 to 1. */
  readonly lInfinity: number;
}

/** p·ln(p/q), by its limit 0 at p = 0. */
const entropyTerm = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q));

/** Distances of current from reference counts, without smoothing; `null` where a sample is empty. */
export function binnedDistances(reference: readonly number[], current: readonly number[]): BinnedDistances | null {
  requireSameBins(reference, current);
  if (sum(reference) === 0 || sum(current) === 0) return null;
  const shares = proportions(current);
  const pairs = proportions(reference).map((p, bin) => [p, shares[bin] ?? 0] as const);
  const middle = pairs.map(([p, q]) => (entropyTerm(p, (p + q) / 2) + entropyTerm(q, (p + q) / 2)) / 2);
  const divergence = Math.min(Math.LN2, Math.max(0, sum(middle)));
  return {
    jensenShannonDivergenceNat: divergence,
    jensenShannonDivergenceBase2: divergence / Math.LN2,
    jensenShannonDistanceNat: Math.sqrt(divergence),
    jensenShannonDistanceBase2: Math.sqrt(divergence / Math.LN2),
    kullbackLeibler: Math.max(0, sum(pairs.map(([p, q]) => entropyTerm(p, q)))),
    hellinger: Math.sqrt(sum(pairs.map(([p, q]) => (Math.sqrt(p) - Math.sqrt(q)) ** 2)) / 2),
    totalVariation: sum(pairs.map(([p, q]) => Math.abs(p - q))) / 2,
    lInfinity: Math.max(...pairs.map(([p, q]) => Math.abs(p - q))),
  };
}
