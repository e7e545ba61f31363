import { binomialCdf } from './distributions/binomial.ts';

/**
 * Exact two-sided sign test of paired values: whether one of a pair is the higher one more often than by chance. Ties say
 * nothing and are left out; without any other pair p is 1.
 */
export function signTest(higher: number, lower: number): { readonly n: number; readonly pTwoSided: number } {
  const n = higher + lower;
  return { n, pTwoSided: n === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(higher, lower), n, 0.5)) };
}
