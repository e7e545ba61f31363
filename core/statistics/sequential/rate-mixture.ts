import lnGamma from '@stdlib/math-base-special-gammaln';
import { invalid, requireCount, requireOpenUnit } from '../check.ts';
import { type MixtureLook, nextLook } from './mixture-sprt.ts';

const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b);

/**
 * One more look at a rate against a fixed one (beta-binomial mixture, Robbins 1970): BF = B(a+s, b+n−s)/B(a, b) over
 * p₀ˢ(1−p₀)ⁿ⁻ˢ. Throws INVALID_INPUT for counts that are none.
 */
export function stepRateMixture(
  before: MixtureLook,
  look: { readonly successes: number; readonly trials: number },
  rate: number,
  { alpha, beta }: { readonly alpha: number; readonly beta: number } = { alpha: 1, beta: 1 },
): MixtureLook {
  const { successes, trials } = look;
  requireCount('successes', successes);
  requireCount('trials', trials);
  if (successes > trials) throw invalid('successes', `are ${successes} of ${trials} trials; allowed: at most all`);
  requireOpenUnit('rate', rate);
  if (!(alpha > 0 && beta > 0)) throw invalid('prior', 'is not above 0; allowed: above 0');
  const failures = trials - successes;
  const likelihood = successes * Math.log(rate) + failures * Math.log1p(-rate);
  return nextLook(before, lnBeta(alpha + successes, beta + failures) - lnBeta(alpha, beta) - likelihood);
}
