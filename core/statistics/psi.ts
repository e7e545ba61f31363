import { invalid } from './check.ts';
import { proportions, requireSameBins, sum } from './counts.ts';
import { chiSquareSf } from './distributions/chi-square.ts';
import { PSI_EPSILON, psiOfShares } from './psi-of-shares.ts';

export interface PsiResult {
  /** Σ(q−p)·ln(q/p), p the reference and q the current shares; `null` where either is empty. */
  readonly psi: number | null;
  /** Chance of a PSI this large without drift: P(χ²_{k−1} ≥ PSI/(1/n+1/m)); trust it from 20 expected per bin. */
  readonly nullP: number | null;
  readonly bins: number;
  readonly referenceTotal: number;
  readonly currentTotal: number;
}

/**
 * Population stability index of counts in the same bins. Shares of 0 are replaced by `epsilon`, the rest is not
 * renormalised. Without drift its mean is about (k−1)(1/n+1/m): a fixed threshold is wrong for small windows, hence
 * `nullP`. One bin: 0 and 1.
 */
export function psi(reference: readonly number[], current: readonly number[], epsilon = PSI_EPSILON): PsiResult {
  requireSameBins(reference, current);
  if (!(epsilon > 0 && epsilon < 1)) throw invalid('epsilon', `is ${epsilon}; allowed: above 0 and below 1`);
  const totals = { bins: reference.length, referenceTotal: sum(reference), currentTotal: sum(current) };
  if (totals.referenceTotal === 0 || totals.currentTotal === 0) return { psi: null, nullP: null, ...totals };
  const value = psiOfShares(proportions(reference), proportions(current), epsilon);
  const scale = 1 / totals.referenceTotal + 1 / totals.currentTotal;
  return { psi: value, nullP: chiSquareSf(value / scale, totals.bins - 1), ...totals };
}
