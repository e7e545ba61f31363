import betainc from '@stdlib/math-base-special-betainc';
import quantile from '@stdlib/stats-base-dists-t-quantile';
import { normalSf } from './normal.ts';

/** P(T > x) with `df` degrees of freedom (any positive number): I_{df/(df+x²)}(df/2, ½)/2, tails never by subtraction. */
export function studentTSf(x: number, df: number): number {
  if (!(df > 0) || Number.isNaN(x)) return Number.NaN;
  if (df === Infinity) return normalSf(x);
  if (x < 0) return 1 - studentTSf(-x, df);
  if (x === Infinity) return 0;
  // Near 0 the complement keeps more digits of the argument.
  const upper =
    x * x > df ? betainc(df / (df + x * x), df / 2, 0.5) : betainc((x * x) / (df + x * x), 0.5, df / 2, true, true);
  return upper / 2;
}

/** P(T ≤ x). */
export const studentTCdf = (x: number, df: number): number => studentTSf(-x, df);

/** The x with P(T ≤ x) = p. */
export const studentTPpf = (p: number, df: number): number => quantile(p, df);

/** t of a two-sided interval: P(|T| ≤ t) = confidence, by the tail. */
export const twoSidedT = (confidence: number, df: number): number => -studentTPpf((1 - confidence) / 2, df);
