/** A continuous distribution on [lower, upper], by both of its tails; `lower` is finite. */
export interface Tails {
  readonly cdf: (x: number) => number;
  readonly sf: (x: number) => number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The x with cdf(x) = p, by bisection to neighbouring doubles. Above the median it compares survival functions, so that
 * a p near 1 is met as closely as p itself is known. NaN for a p outside [0, 1].
 */
export function invertCdf(p: number, { cdf, sf, lower, upper }: Tails): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return lower;
  if (p === 1) return upper;
  const below = p <= 0.5 ? (x: number) => cdf(x) < p : (x: number) => sf(x) > 1 - p;
  let low = lower;
  let high = Number.isFinite(upper) ? upper : lower + 1;
  while (below(high)) {
    low = high;
    high = lower + (high - lower) * 2;
  }
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (below(middle)) low = middle;
    else high = middle;
  }
}
