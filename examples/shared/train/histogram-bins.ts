/** A column cut into at most 255 bins; bin 0 is for missing values. Bin b > 0 holds edges[b-2] < x ≤ edges[b-1]. */
export interface BinnedColumn {
  readonly bins: Uint8Array;
  /** Upper ends of all bins but the last, ascending, each a value that occurs: splits are `x ≤ edge`, exact in float32. */
  readonly edges: Float32Array;
}

const MOST_BINS = 254;

/** Cuts at quantiles, so that each bin has about as many rows; values that occur often have a bin of their own. */
export function binColumn(column: Float32Array): BinnedColumn {
  const present = column.filter((value) => !Number.isNaN(value)).sort();
  const edges: number[] = [];
  for (let cut = 1; cut < MOST_BINS; cut++) {
    const value = present[Math.floor((cut * present.length) / MOST_BINS)];
    if (value !== undefined && value !== edges.at(-1) && value !== present.at(-1)) edges.push(value);
  }
  const sorted = Float32Array.from(edges);
  return { edges: sorted, bins: Uint8Array.from(column, (value) => binOf(sorted, value)) };
}

function binOf(edges: Float32Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}
