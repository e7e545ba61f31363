import { studentTSf } from '../distributions/student-t.ts';
import { requireArms } from './mann-whitney.ts';
import { midRanks } from './mid-ranks.ts';

export interface BrunnerMunzelResult {
  /** `null` where the arms do not overlap at all or one holds one value: then there is no estimate of the spread. */
  readonly statistic: number | null;
  readonly df: number | null;
  readonly pTwoSided: number;
}

const meanOf = (values: Float64Array): number => values.reduce((total, value) => total + value, 0) / values.length;

/** Σ(rank among all − rank among its own − the mean of these)²/(n−1). */
function spread(among: Float64Array, own: Float64Array): number {
  const gaps = among.map((rank, at) => rank - (own[at] ?? 0));
  const mean = meanOf(gaps);
  return gaps.reduce((total, gap) => total + (gap - mean) ** 2, 0) / (gaps.length - 1);
}

/**
 * Brunner & Munzel's test (2000) whether values of one arm tend to be larger, without assuming the same spread in both,
 * by Student's t (scipy's `brunnermunzel`). Throws INVALID_INPUT for an empty arm.
 */
export function brunnerMunzelTest(control: readonly number[], treatment: readonly number[]): BrunnerMunzelResult {
  requireArms(control, treatment);
  const [m, n] = [control.length, treatment.length];
  const none = { statistic: null, df: null, pTwoSided: 1 };
  if (m < 2 || n < 2) return none;
  const ranks = midRanks([...control, ...treatment]);
  const [inControl, inTreatment] = [ranks.subarray(0, m), ranks.subarray(m)];
  const [a, b] = [m * spread(inControl, midRanks(control)), n * spread(inTreatment, midRanks(treatment))];
  const gap = meanOf(inTreatment) - meanOf(inControl);
  if (a + b === 0) return gap === 0 ? none : { ...none, pTwoSided: 0 };
  const statistic = (m * n * gap) / ((m + n) * Math.sqrt(a + b));
  const df = (a + b) ** 2 / (a ** 2 / (m - 1) + b ** 2 / (n - 1));
  return { statistic, df, pTwoSided: Math.min(1, 2 * studentTSf(Math.abs(statistic), df)) };
}
