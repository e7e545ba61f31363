import { invalid, requireFinite } from '../check.ts';
import { normalSf, twoSidedZ } from '../distributions/normal.ts';
import type { Interval } from '../interval.ts';
import { sorted } from '../quantile.ts';
import { midRanks, tieTerm } from './mid-ranks.ts';
import { hodgesLehmann, pairwiseDifference } from './pairwise-difference.ts';

/** Up to so many values per arm the exact distribution of U is counted out. */
const EXACT_UP_TO = 50;

export interface MannWhitneyResult {
  /** In how many pairs the treatment's value is the larger one; a tie is half a pair. */
  readonly u: number;
  /** U as a share of all pairs: the chance that a treatment's value is the larger one (common-language effect size). */
  readonly commonLanguage: number;
  /** Two-sided, by the normal distribution with ties taken into account, with and without continuity correction. */
  readonly pContinuity: number;
  readonly pNormal: number;
  /** One-sided: the treatment's values are larger. With continuity correction. */
  readonly pGreater: number;
  /** Two-sided and exact; `null` with ties or more than 50 values in an arm. */
  readonly pExact: number | null;
  /** The shift between the arms: the median of all differences treatment − control. */
  readonly shift: number;
  /** Its interval: the differences of this rank from below and from above; `null` where there are too few. */
  readonly shiftInterval: (Interval & { readonly rank: number }) | null;
}

/** Mann–Whitney U of treatment against control (scipy's `mannwhitneyu`). Throws INVALID_INPUT for an empty arm. */
export function mannWhitneyTest(
  control: readonly number[],
  treatment: readonly number[],
  confidence = 0.95,
): MannWhitneyResult {
  requireArms(control, treatment);
  const [m, n] = [control.length, treatment.length];
  const all = [...control, ...treatment];
  const ranks = midRanks(all);
  const u = ranks.subarray(m).reduce((total, rank) => total + rank, 0) - (n * (n + 1)) / 2;
  const ties = tieTerm(all);
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  const score = (above: number): number => (variance > 0 ? above / Math.sqrt(variance) : above > 0 ? Infinity : 0);
  const gap = u - (m * n) / 2;
  const bySide = (correction: number): number =>
    variance > 0 ? Math.min(1, 2 * normalSf(score(Math.abs(gap) - correction))) : 1;
  const [a, b] = [sorted(control), sorted(treatment)];
  return {
    u,
    commonLanguage: u / (m * n),
    pContinuity: bySide(0.5),
    pNormal: bySide(0),
    pGreater: variance > 0 ? normalSf(score(gap - 0.5)) : 1,
    pExact: ties > 0 || Math.max(m, n) > EXACT_UP_TO ? null : exactP(Math.max(u, m * n - u), m, n),
    shift: hodgesLehmann(a, b),
    shiftInterval: shiftInterval(a, b, confidence),
  };
}

export function requireArms(control: readonly number[], treatment: readonly number[]): void {
  if (control.length === 0) throw invalid('control', 'holds no value; allowed: at least one');
  if (treatment.length === 0) throw invalid('treatment', 'holds no value; allowed: at least one');
  requireFinite('control', control);
  requireFinite('treatment', treatment);
}

/** [d(k), d(mn+1−k)] of the sorted differences, k = ⌊mn/2 − z·√(mn(m+n+1)/12)⌋. */
function shiftInterval(a: Float64Array, b: Float64Array, confidence: number): MannWhitneyResult['shiftInterval'] {
  const pairs = a.length * b.length;
  const rank = Math.floor(pairs / 2 - twoSidedZ(confidence) * Math.sqrt((pairs * (a.length + b.length + 1)) / 12));
  if (rank < 1) return null;
  return { rank, lower: pairwiseDifference(a, b, rank), upper: pairwiseDifference(a, b, pairs + 1 - rank) };
}

/**
 * P of a U at least as far out, counted: p(m, n, u) = n/(m+n)·p(m, n−1, u−m) + m/(m+n)·p(m−1, n, u), the largest value
 * being one of either arm (Mann & Whitney 1947). Only additions of positive numbers, so nothing cancels.
 */
function exactP(u: number, m: number, n: number): number {
  let above: Float64Array[] = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const row: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const chances = new Float64Array(i * j + 1);
      const [fewer, shorter] = [row[j - 1] ?? chances, above[j] ?? chances];
      for (let k = 0; k < fewer.length; k++) chances[k + i] = (j / (i + j)) * (fewer[k] ?? 0);
      for (let k = 0; k < shorter.length; k++) chances[k] = (chances[k] ?? 0) + (i / (i + j)) * (shorter[k] ?? 0);
      row.push(chances);
    }
    above = row;
  }
  const chances = above[n] ?? Float64Array.of(1);
  // Smallest first. U is symmetric, so both sides are twice one of them.
  let tail = 0;
  for (let k = chances.length - 1; k >= u; k--) tail += chances[k] ?? 0;
  return Math.min(1, 2 * tail);
}
