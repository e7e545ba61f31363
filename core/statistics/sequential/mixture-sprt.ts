import { invalid } from '../check.ts';

/** What a mixture test remembers from look to look. */
export interface MixtureLook {
  /** ln of the likelihood ratio, averaged over effects, at the last look. */
  readonly logRatio: number;
  /** Smallest 1/ratio of all looks, at most 1: valid whenever one stops. */
  readonly pAlwaysValid: number;
}

export const NO_LOOK: MixtureLook = { logRatio: 0, pAlwaysValid: 1 };

export const nextLook = (before: MixtureLook, logRatio: number): MixtureLook => ({
  logRatio,
  pAlwaysValid: Math.min(before.pAlwaysValid, Math.exp(-logRatio)),
});

/** Two arms of n values each with known variance, against effects that are normal around `nullDifference`. */
export interface MixtureSprt {
  readonly n: number;
  /** Treatment's mean minus the control's. */
  readonly difference: number;
  /** Variance of one value. */
  readonly variance: number;
  /** Variance of the effects that one expects, the square of a typical one. */
  readonly effectVariance: number;
  readonly nullDifference?: number;
}

/**
 * One more look (mSPRT; Johari, Pekelis & Walsh 2017): lnΛ = ½·ln(V/(V+nτ²)) + n²τ²(d−θ₀)²/(2V(V+nτ²)), V = 2σ². Values come
 * in pairs, one of each arm. Throws INVALID_INPUT for variances that are not above 0.
 */
export function stepMixtureSprt(before: MixtureLook, look: MixtureSprt): MixtureLook {
  const { n, difference, variance, effectVariance, nullDifference = 0 } = look;
  if (!(n >= 0 && n < Infinity)) throw invalid('n', `is ${n}; allowed: from 0`);
  if (!(variance > 0)) throw invalid('variance', `is ${variance}; allowed: above 0`);
  if (!(effectVariance > 0)) throw invalid('effectVariance', `is ${effectVariance}; allowed: above 0`);
  const v = 2 * variance;
  const spread = v + n * effectVariance;
  const squared = (difference - nullDifference) ** 2;
  return nextLook(before, 0.5 * Math.log(v / spread) + (n * n * effectVariance * squared) / (2 * v * spread));
}
