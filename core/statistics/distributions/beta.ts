import betainc from '@stdlib/math-base-special-betainc';
import { invertCdf } from './invert-cdf.ts';

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

/** P(X ≤ x) of the beta distribution: the regularised incomplete beta function I_x(a, b). */
export const betaCdf = (x: number, a: number, b: number): number => betainc(clamp(x), a, b);

/** P(X > x). */
export const betaSf = (x: number, a: number, b: number): number => betainc(clamp(x), a, b, true, true);

/** The x with P(X ≤ x) = p. */
export const betaPpf = (p: number, a: number, b: number): number =>
  invertCdf(p, { cdf: (x) => betaCdf(x, a, b), sf: (x) => betaSf(x, a, b), lower: 0, upper: 1 });

/** P(F > x) of the F distribution: I_{d₂/(d₂+d₁x)}(d₂/2, d₁/2). */
export const fSf = (x: number, df1: number, df2: number): number =>
  x <= 0 ? 1 : betainc(df2 / (df2 + df1 * x), df2 / 2, df1 / 2);
