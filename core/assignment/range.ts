/** A half-open part of [0, 1): `from` belongs to it, `to` does not. */
export type BucketRange = readonly [from: number, to: number];

export const inRange = (bucket: number, [from, to]: BucketRange): boolean => bucket >= from && bucket < to;

/** Index of the first range that holds `bucket`, or -1 (GrowthBook's `chooseVariation`). */
export const chooseVariation = (bucket: number, ranges: readonly BucketRange[]): number =>
  ranges.findIndex((range) => inRange(bucket, range));

/** `count` equal weights that sum to 1; none for a count below 1. */
export const getEqualWeights = (count: number): number[] =>
  count < 1 ? [] : Array.from({ length: Math.floor(count) }, () => 1 / count);

/**
 * GrowthBook's ranges for `count` variations: one after the other, each scaled by `coverage` from its own start, so
 * that raising the coverage moves nobody. Weights of another length, or that sum to less than 0.99 or more than 1.01,
 * count as equal.
 */
export function getBucketRanges(count: number, coverage = 1, weights?: readonly number[]): BucketRange[] {
  const share = Math.min(1, Math.max(0, coverage));
  const total = weights?.reduce((sum, weight) => weight + sum, 0) ?? 0;
  const usable = weights?.length === count && total >= 0.99 && total <= 1.01;
  let start = 0;
  return (usable ? weights : getEqualWeights(count)).map((weight) => {
    const from = start;
    start += weight;
    return [from, from + share * weight];
  });
}
