/**
 * Type-7 quantile (R's and numpy's default) of values sorted upwards, 0 ≤ q ≤ 1; NaN of none. Interpolates exactly as
 * numpy does, since bins break where an edge misses a tied value by one rounding.
 */
export function sortedQuantile(sorted: readonly number[] | Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const share = at - low;
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
}

/** The values sorted upwards, in a new array. */
export const sorted = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();
