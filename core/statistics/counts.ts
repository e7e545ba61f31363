import { invalid, requireSameLength } from './check.ts';

/** Sum of a list, by Neumaier's compensation, so that the order of the parts hardly matters. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** The share of each count in their total; all 0 where the total is 0. */
export function proportions(counts: readonly number[]): number[] {
  const total = sum(counts);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

/** Throws unless both lists hold counts (finite, at least 0) of the same bins. */
export function requireSameBins(reference: readonly number[], current: readonly number[]): void {
  requireSameLength('reference and current', reference, current);
  for (const [field, counts] of Object.entries({ reference, current })) {
    const at = counts.findIndex((count) => !(count >= 0 && count < Infinity));
    if (at >= 0) throw invalid(`${field}[${at}]`, `is ${counts[at]}; allowed: a count from 0`);
  }
}
