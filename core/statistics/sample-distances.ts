import { invalid, requireFinite } from './check.ts';
import { momentsOf } from './moments.ts';
import { sorted } from './quantile.ts';

/** Distances of two samples of a number, from their raw values; units as noted. */
export interface SampleDistances {
  /** Area between the distribution functions, in the value's unit. */
  readonly wasserstein: number;
  /** The same in standard deviations (population) of the reference, which is held to at least 0.001 (Evidently). */
  readonly wassersteinNormed: number;
  /** √(2∫(F−G)²), in √unit (Székely & Rizzo). */
  readonly energyDistance: number;
}

/** ∫ area(F_reference − F_current) over the line: both are constant between neighbouring values. */
function integrate(reference: Float64Array, current: Float64Array, area: (difference: number) => number): number {
  const all = sorted([...reference, ...current]);
  let [total, i, j] = [0, 0, 0];
  for (const [at, value] of all.entries()) {
    while (i < reference.length && (reference[i] ?? Infinity) <= value) i++;
    while (j < current.length && (current[j] ?? Infinity) <= value) j++;
    total += area(i / reference.length - j / current.length) * ((all[at + 1] ?? value) - value);
  }
  return total;
}

/** Distances of current from reference; `null` where a sample is empty. */
export function sampleDistances(reference: readonly number[], current: readonly number[]): SampleDistances | null {
  requireFinite('reference', reference);
  requireFinite('current', current);
  if (reference.length === 0 || current.length === 0) return null;
  const [a, b] = [sorted(reference), sorted(current)];
  const wasserstein = integrate(a, b, Math.abs);
  const { m2, n } = momentsOf(a);
  return {
    wasserstein,
    wassersteinNormed: wasserstein / Math.max(Math.sqrt(m2 / n), 0.001),
    energyDistance: Math.sqrt(2 * integrate(a, b, (difference) => difference ** 2)),
  };
}

/** Most values that mmdRbf takes, since it looks at every pair. */
const MMD_VALUES = 4000;

export interface MmdResult {
  /** Width of the kernel: the median distance of all pairs of the pooled sample. */
  readonly sigma: number;
  /** Mean over all pairs, itself included; at least 0. */
  readonly biased: number;
  /** Without a value's pair with itself: mean 0 without drift, so it may be negative; `null` below two values a side. */
  readonly unbiased: number | null;
}

/**
 * Squared maximum mean discrepancy with kernel exp(−(x−y)²/2σ²) (Gretton et al. 2012). O(N²) in the pooled size, which
 * may be at most 4000. Where the median distance is 0, the kernel's limit is taken: 1 for equal values, else 0.
 */
export function mmdRbf(reference: readonly number[], current: readonly number[]): MmdResult | null {
  requireFinite('reference', reference);
  requireFinite('current', current);
  const [n, m] = [reference.length, current.length];
  if (n === 0 || m === 0) return null;
  if (n + m > MMD_VALUES)
    throw invalid('reference and current', `hold ${n + m} values; allowed: at most ${MMD_VALUES}`);
  const pooled = [...reference, ...current];
  const distances = sorted(pooled.flatMap((x, i) => pooled.slice(i + 1).map((y) => Math.abs(x - y))));
  const middle = distances.length >> 1;
  const sigma =
    distances.length % 2 === 1
      ? (distances[middle] ?? 0)
      : ((distances[middle - 1] ?? 0) + (distances[middle] ?? 0)) / 2;
  const kernel = (x: number, y: number): number =>
    x === y ? 1 : sigma === 0 ? 0 : Math.exp(-((x - y) ** 2) / (2 * sigma * sigma));
  const total = (xs: readonly number[], ys: readonly number[]): number => {
    let sum = 0;
    for (const x of xs) for (const y of ys) sum += kernel(x, y);
    return sum;
  };
  const [within1, within2, between] = [total(reference, reference), total(current, current), total(reference, current)];
  return {
    sigma,
    biased: within1 / n / n + within2 / m / m - (2 * between) / n / m,
    unbiased: n < 2 || m < 2 ? null : (within1 - n) / n / (n - 1) + (within2 - m) / m / (m - 1) - (2 * between) / n / m,
  };
}
