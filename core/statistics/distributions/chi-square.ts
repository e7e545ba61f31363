import gammainc from '@stdlib/math-base-special-gammainc';
import { invertCdf } from './invert-cdf.ts';

/** P(χ² > x) with `df` degrees of freedom: the upper regularised gamma function Q(df/2, x/2). With df = 0, χ² is 0. */
export function chiSquareSf(x: number, df: number): number {
  if (x <= 0) return 1;
  if (df === 0) return 0;
  return x === Infinity ? 0 : gammainc(x / 2, df / 2, true, true);
}

/** P(χ² ≤ x): the lower regularised gamma function P(df/2, x/2). */
export function chiSquareCdf(x: number, df: number): number {
  if (x < 0) return 0;
  if (df === 0) return 1;
  return x === Infinity ? 1 : gammainc(x / 2, df / 2, true, false);
}

/** The x with P(χ² ≤ x) = p. */
export const chiSquarePpf = (p: number, df: number): number =>
  invertCdf(p, { cdf: (x) => chiSquareCdf(x, df), sf: (x) => chiSquareSf(x, df), lower: 0, upper: Infinity });
