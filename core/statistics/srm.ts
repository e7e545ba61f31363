import lnGamma from '@stdlib/math-base-special-gammaln';
import { invalid } from './check.ts';
import { chiSquareGoodnessOfFit, type ChiSquareResult } from './chi-square-test.ts';
import { proportions, requireSameBins, sum } from './counts.ts';

/** Where a sample-ratio mismatch is called: users see a check that must almost never cry wolf. */
export const SRM_ALPHA = 0.001;

export interface SrmResult extends ChiSquareResult {
  readonly expectedCounts: readonly number[];
  readonly mismatch: boolean;
}

function sharesOf(counts: readonly number[], weights: readonly number[]): number[] {
  requireSameBins(weights, counts);
  if (sum(weights) === 0) throw invalid('weights', 'sum to 0; allowed: at least one above 0');
  return proportions(weights);
}

/**
 * Sample-ratio mismatch by χ² with k−1 degrees of freedom: do the units per arm fit the weights (any scale)? For one
 * look; where one looks again and again, use stepSrm. A unit in an arm of weight 0 is a mismatch.
 */
export function srmTest(counts: readonly number[], weights: readonly number[]): SrmResult {
  const shares = sharesOf(counts, weights);
  const total = sum(counts);
  const result = chiSquareGoodnessOfFit(counts, shares);
  return { ...result, expectedCounts: shares.map((share) => share * total), mismatch: result.p < SRM_ALPHA };
}

/** What the sequential test remembers from look to look. */
export interface SequentialSrm {
  /** ln of the Bayes factor against the weights, at the last look. */
  readonly logBayesFactor: number;
  /** Smallest 1/BF of all looks, at most 1: a p-value that is valid whenever one stops. */
  readonly sequentialP: number;
}

export const NO_SRM_LOOK: SequentialSrm = { logBayesFactor: 0, sequentialP: 1 };

/**
 * One more look at the cumulative counts (Lindon & Malek 2022): Dirichlet-multinomial with a = concentration·weights
 * against the fixed weights, logBF = lnΓ(Σa) − lnΓ(Σ(a+S)) + Σ[lnΓ(a+S) − lnΓ(a)] − ΣS·ln w.
 */
export function stepSrm(
  before: SequentialSrm,
  cumulativeCounts: readonly number[],
  weights: readonly number[],
  concentration = 100,
): SequentialSrm {
  const shares = sharesOf(cumulativeCounts, weights);
  if (!(concentration > 0 && concentration < Infinity)) {
    throw invalid('concentration', `is ${concentration}; allowed: above 0`);
  }
  const arms = shares.map((share, arm) => ({ share, seen: cumulativeCounts[arm] ?? 0 }));
  if (arms.some(({ share, seen }) => share === 0 && seen > 0)) return { logBayesFactor: Infinity, sequentialP: 0 };
  const logBayesFactor =
    lnGamma(concentration) -
    lnGamma(concentration + sum(cumulativeCounts)) +
    sum(
      arms
        .filter(({ share }) => share > 0)
        .map(({ share, seen }) => {
          const a = concentration * share;
          return lnGamma(a + seen) - lnGamma(a) - seen * Math.log(share);
        }),
    );
  return { logBayesFactor, sequentialP: Math.min(before.sequentialP, 1, Math.exp(-logBayesFactor)) };
}
