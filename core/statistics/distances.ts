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
  const [before, after] = [proportions(reference), proportions(current)];
  const parts = { middle: [] as number[], relative: [] as number[], roots: [] as number[], apart: [] as number[] };
  for (let bin = 0; bin < before.length; bin++) {
    const [p, q] = [before[bin] ?? 0, after[bin] ?? 0];
    parts.middle.push((entropyTerm(p, (p + q) / 2) + entropyTerm(q, (p + q) / 2)) / 2);
    parts.relative.push(entropyTerm(p, q));
    parts.roots.push((Math.sqrt(p) - Math.sqrt(q)) ** 2);
    parts.apart.push(Math.abs(p - q));
  }
  const divergence = Math.min(Math.LN2, Math.max(0, sum(parts.middle)));
  return {
    jensenShannonDivergenceNat: divergence,
    jensenShannonDivergenceBase2: divergence / Math.LN2,
    jensenShannonDistanceNat: Math.sqrt(divergence),
    jensenShannonDistanceBase2: Math.sqrt(divergence / Math.LN2),
    kullbackLeibler: Math.max(0, sum(parts.relative)),
    hellinger: Math.sqrt(sum(parts.roots) / 2),
    totalVariation: sum(parts.apart) / 2,
    lInfinity: Math.max(...parts.apart),
  };
}
