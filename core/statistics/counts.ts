import { invalid, requireSameLength } from './check.ts';

/** Sum of a list, by Neumaier's compensation, so that the order of the parts hardly matters. */
export function sum(values: Iterable<number>): number {
  const list = Array.isArray(values) ? (values as readonly number[]) : [...values];
  let total = 0;
  let lost = 0;
  // An index is several times as fast as the iterator, once that has met iterables of other kinds.
  for (let i = 0; i < list.length; i++) {
    const value = list[i] ?? 0;
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
  requireCounts('reference', reference);
  requireCounts('current', current);
}

function requireCounts(field: string, counts: readonly number[]): void {
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] ?? Number.NaN;
    if (!(count >= 0 && count < Infinity))
      throw invalid(`${field}[${at}]`, `is ${counts[at]}; allowed: a count from 0`);
  }
}
