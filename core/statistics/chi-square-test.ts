import { requireSameBins, sum } from './counts.ts';
import { chiSquareSf } from './distributions/chi-square.ts';

export interface ChiSquareResult {
  readonly statistic: number;
  readonly df: number;
  /** 1 where nothing can be compared: fewer than two bins in use, or an empty sample. */
  readonly p: number;
}

export interface ContingencyResult extends ChiSquareResult {
  /** Likelihood-ratio statistic 2ΣO·ln(O/E) on the same degrees of freedom, and its p. */
  readonly g: number;
  readonly pG: number;
  /** √(χ²/N) for two rows: an effect size from 0 to 1. */
  readonly cramersV: number;
}

/**
 * Contingency χ² of two samples counted in the same bins, without correction. Bins that are empty in both are left out.
 * Holds its level from about 5 expected per bin, where PSI's null does not.
 */
export function chiSquareContingency(reference: readonly number[], current: readonly number[]): ContingencyResult {
  requireSameBins(reference, current);
  const [n, m] = [sum(reference), sum(current)];
  const statistics: number[] = [];
  const likelihoods: number[] = [];
  const add = (seen: number, expected: number): void => {
    statistics.push((seen - expected) ** 2 / expected);
    likelihoods.push(seen === 0 ? 0 : seen * Math.log(seen / expected));
  };
  for (let bin = 0; bin < reference.length; bin++) {
    const [a, b] = [reference[bin] ?? 0, current[bin] ?? 0];
    if (a + b === 0) continue;
    add(a, ((a + b) * n) / (n + m));
    add(b, ((a + b) * m) / (n + m));
  }
  const df = statistics.length / 2 - 1;
  if (n === 0 || m === 0 || df < 1) return { statistic: 0, df: 0, p: 1, g: 0, pG: 1, cramersV: 0 };
  const statistic = sum(statistics);
  const g = Math.max(0, 2 * sum(likelihoods));
  const cramersV = Math.sqrt(statistic / (n + m));
  return { statistic, df, p: chiSquareSf(statistic, df), g, pG: chiSquareSf(g, df), cramersV };
}

/**
 * χ² of observed counts against shares taken as known (the reference's counts or weights, any scale). A count where
 * the share is 0 is impossible under the null: statistic Infinity, p 0.
 */
export function chiSquareGoodnessOfFit(observed: readonly number[], shares: readonly number[]): ChiSquareResult {
  requireSameBins(shares, observed);
  const [n, whole] = [sum(observed), sum(shares)];
  const used = shares
    .map((share, bin) => [observed[bin] ?? 0, share] as const)
    .filter(([seen, share]) => seen + share > 0);
  if (n === 0 || whole === 0 || used.length < 2) return { statistic: 0, df: 0, p: 1 };
  const statistic = sum(used.map(([seen, share]) => (seen - (n * share) / whole) ** 2 / ((n * share) / whole)));
  return { statistic, df: used.length - 1, p: chiSquareSf(statistic, used.length - 1) };
}
