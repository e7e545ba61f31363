import erfc from '@stdlib/math-base-special-erfc';
import quantile from '@stdlib/stats-base-dists-normal-quantile';

/** P(Z ≤ x) of the standard normal distribution: erfc(−x/√2)/2. */
export const normalCdf = (x: number): number => erfc(-x / Math.SQRT2) / 2;

/** P(Z > x), exact far into the tail: erfc(x/√2)/2, never 1 − cdf. */
export const normalSf = (x: number): number => erfc(x / Math.SQRT2) / 2;

/** The density at x. */
export const normalPdf = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The x with P(Z > x) = p. Newton on ln sf in the tail, where the library's quantile loses digits, then fails. */
export function normalIsf(p: number): number {
  if (p > 0.5) return -normalIsf(1 - p);
  if (!(p > 0) || p >= 0.01) return -quantile(p, 0, 1);
  let x = p < 1e-9 ? Math.sqrt(-2 * Math.log(p)) : -quantile(p, 0, 1);
  for (let step = 0; step < 50; step++) {
    const tail = normalSf(x);
    const move = tail === 0 ? -0.5 : (Math.log(tail / p) * tail) / normalPdf(x);
    x += move;
    if (Math.abs(move) <= 1e-15 * x) break;
  }
  return x;
}

/** The x with P(Z ≤ x) = p: −∞ at 0, ∞ at 1, NaN outside [0, 1]. */
export const normalPpf = (p: number): number => (p === 0.5 ? 0 : -normalIsf(p));

/** z of a two-sided interval: P(|Z| ≤ z) = confidence, by the tail so that nothing is lost. */
export const twoSidedZ = (confidence: number): number => normalIsf((1 - confidence) / 2);
