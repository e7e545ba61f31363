import { binCounts } from './binning.ts';
import { requireFinite } from './check.ts';
import { proportions, sum } from './counts.ts';
import { binnedDistances } from './distances.ts';
import { momentsOf } from './moments.ts';
import { sorted, sortedQuantile } from './quantile.ts';

/** A drift figure as another tool computes it, for those who move from it: compare, do not alarm on it. */
export interface CompatibleDrift {
  /** Outer edges included; the last bin holds its right edge. */
  readonly binEdges: readonly number[];
  readonly jensenShannonDistance: number;
}

/** numpy's histogram edges: `bins` parts of the same width over the range of sorted values; of one value, ±½ around it. */
function histogramEdges(values: Float64Array, width: number): number[] {
  let [low, high] = [sortedQuantile(values, 0), sortedQuantile(values, 1)];
  const bins = width > 0 ? Math.ceil((high - low) / width) : 1;
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = (high - low) / bins;
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * step));
}

/** Counts in [e₀, e₁), …, [e_{k−1}, e_k]: values outside are dropped, as numpy's histogram does. */
function histogram(values: readonly number[], edges: readonly number[]): number[] {
  const [low = 0, high = 0] = [edges[0], edges.at(-1)];
  return binCounts(
    values.filter((value) => value >= low && value <= high),
    edges.slice(1, -1),
  );
}

const width = (values: Float64Array, parts: number): number =>
  (sortedQuantile(values, 1) - sortedQuantile(values, 0)) / parts;

/** Evidently fills shares of 0 with 0.0001, or a millionth of the smallest other share where that is less. */
function evidentlyShares(counts: readonly number[]): number[] {
  const shares = proportions(counts);
  const smallest = Math.min(...shares.filter((share) => share > 0));
  const fill = smallest <= 1e-4 ? smallest / 1e6 : 1e-4;
  return shares.map((share) => (share === 0 ? fill : share));
}

/**
 * Evidently's PSI and JS distance (natural logarithm) of numbers. Its Sturges bins span reference and *current* values,
 * so that they move with every window: the reason why ours differ. `null` where a sample is empty.
 */
export function evidentlyDrift(
  reference: readonly number[],
  current: readonly number[],
): (CompatibleDrift & { readonly psi: number }) | null {
  requireFinite('reference', reference);
  requireFinite('current', current);
  if (reference.length === 0 || current.length === 0) return null;
  const pooled = sorted([...reference, ...current]);
  const binEdges = histogramEdges(pooled, width(pooled, Math.log2(pooled.length) + 1));
  const [a, b] = [histogram(reference, binEdges), histogram(current, binEdges)];
  const [p, q] = [evidentlyShares(a), evidentlyShares(b)];
  return {
    binEdges,
    psi: sum(p.map((share, bin) => (share - (q[bin] ?? 0)) * Math.log(share / (q[bin] ?? 0)))),
    jensenShannonDistance: binnedDistances(a, b)?.jensenShannonDistanceNat ?? 0,
  };
}

/** numpy's `doane`: Sturges's number of bins, more for skewed values. */
function doaneWidth(values: Float64Array): number {
  const n = values.length;
  if (n < 3) return 0;
  const { mean, m2 } = momentsOf(values);
  const deviation = Math.sqrt(m2 / n);
  if (deviation === 0) return 0;
  const skewness = sum(values.map((value) => ((value - mean) / deviation) ** 3)) / n;
  const error = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  return width(values, 1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / error));
}

/**
 * NannyML's JS distance (base 2) of numbers: Doane bins of the reference, and one more for what of the current sample
 * lies outside. `null` where a sample is empty.
 */
export function nannymlDrift(reference: readonly number[], current: readonly number[]): CompatibleDrift | null {
  requireFinite('reference', reference);
  requireFinite('current', current);
  if (reference.length === 0 || current.length === 0) return null;
  const values = sorted(reference);
  const binEdges = histogramEdges(values, doaneWidth(values));
  const [a, b] = [histogram(reference, binEdges), histogram(current, binEdges)];
  const distance = binnedDistances([...a, 0], [...b, current.length - sum(b)])?.jensenShannonDistanceBase2;
  return { binEdges, jensenShannonDistance: distance ?? 0 };
}
