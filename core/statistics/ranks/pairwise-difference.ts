/** How many of all differences b − a are at most `limit`. Both lists are sorted upwards. */
function countUpTo(a: Float64Array, b: Float64Array, limit: number): number {
  let count = 0;
  let from = a.length;
  // The larger a value of b, the more values of a must be taken from the top to stay below the limit.
  let low = 0;
  for (const value of b) {
    while (low < from && value - (a[low] ?? 0) > limit) low++;
    count += from - low;
  }
  return count;
}

/**
 * The k-th smallest (from 1) of all differences b − a, without making them: bisection over doubles, in time (m + n) per
 * step. Both lists are sorted upwards and hold finite numbers; k lies within 1 and m·n.
 */
export function pairwiseDifference(a: Float64Array, b: Float64Array, k: number): number {
  let low = (b[0] ?? 0) - (a.at(-1) ?? 0);
  let high = (b.at(-1) ?? 0) - (a[0] ?? 0);
  if (countUpTo(a, b, low) >= k) return low;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return nextDifference(a, b, low);
    if (countUpTo(a, b, middle) >= k) high = middle;
    else low = middle;
  }
}

/** The smallest difference above `limit`. */
function nextDifference(a: Float64Array, b: Float64Array, limit: number): number {
  let found = Infinity;
  let low = 0;
  for (const value of b) {
    while (low < a.length && value - (a[low] ?? 0) > limit) low++;
    if (low > 0) found = Math.min(found, value - (a[low - 1] ?? 0));
  }
  return found;
}

/** The median of all differences b − a: by how much b lies above a (Hodges & Lehmann 1963). */
export function hodgesLehmann(a: Float64Array, b: Float64Array): number {
  const pairs = a.length * b.length;
  const upper = pairwiseDifference(a, b, Math.floor(pairs / 2) + 1);
  return pairs % 2 === 1 ? upper : (pairwiseDifference(a, b, pairs / 2) + upper) / 2;
}
