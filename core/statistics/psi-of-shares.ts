import { sum } from './counts.ts';

/** What stands for a bin's share of 0, here and in most tools. */
export const PSI_EPSILON = 1e-4;

/**
 * Population stability index of shares that sum to 1: Σ(q−p)·ln(q/p). Apart from what knows the distribution of it, which an edge
 * has no need for and no room.
 */
export const psiOfShares = (reference: readonly number[], current: readonly number[], epsilon = PSI_EPSILON): number =>
  sum(
    reference.map((share, bin) => {
      const p = share || epsilon;
      const q = (current[bin] ?? 0) || epsilon;
      return (q - p) * Math.log(q / p);
    }),
  );
