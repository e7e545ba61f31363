import { twoSidedZ } from '../statistics/distributions/normal.ts';
import type { QuantileEstimate } from '../statistics/quantile-test.ts';
import { sketchCount, type DdSketch } from './ddsketch.ts';

/** One bin of a sketch, from its lower to its upper edge. */
interface Bin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** From the smallest values upwards. */
function binsOf({ relativeAccuracy, positive, negative, zeros }: DdSketch): readonly Bin[] {
  const gamma = (1 + relativeAccuracy) / (1 - relativeAccuracy);
  const below = [...negative]
    .toSorted(([a], [b]) => b - a)
    .map(([key, count]) => ({ lower: -(gamma ** key), upper: -(gamma ** (key - 1)), count }));
  const above = [...positive]
    .toSorted(([a], [b]) => a - b)
    .map(([key, count]) => ({ lower: gamma ** (key - 1), upper: gamma ** key, count }));
  return [...below, ...(zeros > 0 ? [{ lower: 0, upper: 0, count: zeros }] : []), ...above];
}

/** The value below which a share q of the values lies, as if those of one bin were spread evenly over it. */
function within(bins: readonly Bin[], n: number, q: number): number {
  let seen = 0;
  for (const { lower, upper, count } of bins) {
    if (seen + count >= q * n) return lower + (upper - lower) * ((q * n - seen) / count);
    seen += count;
  }
  return bins.at(-1)?.upper ?? Number.NaN;
}

/**
 * As `quantileEstimate`, of the values in a sketch: right within its accuracy. `null` of none. The error is that of independent values
 * (Woodruff 1952).
 */
export function sketchEstimate(sketch: DdSketch, q: number, confidence = 0.95): QuantileEstimate | null {
  const n = sketchCount(sketch);
  if (n === 0) return null;
  const bins = binsOf(sketch);
  const z = twoSidedZ(confidence);
  const reach = z * Math.sqrt((q * (1 - q)) / n);
  const levels = { lower: Math.max(0, q - reach), upper: Math.min(1, q + reach) };
  const interval = { lower: within(bins, n, levels.lower), upper: within(bins, n, levels.upper) };
  return { value: within(bins, n, q), levels, interval, standardError: (interval.upper - interval.lower) / (2 * z) };
}
