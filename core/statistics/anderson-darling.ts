import { requireFinite } from './check.ts';
import { sorted } from './quantile.ts';

export interface AndersonDarlingResult {
  /** The normalised statistic, mean 0 and deviation 1 without drift. */
  readonly statistic: number;
  /** Interpolated in the published table, hence never outside [0.001, 0.25]: read the ends as bounds. */
  readonly pClamped: number;
}

/** Scholz & Stephens (1987), table 2, b₀ + b₁/√m + b₂/m at m = 1 (two samples): critical values and their levels. */
const CRITICAL = [
  0.675 - 0.245 - 0.105,
  1.281 + 0.25 - 0.305,
  1.645 + 0.678 - 0.362,
  1.96 + 1.149 - 0.391,
  2.326 + 1.822 - 0.396,
  2.573 + 2.364 - 0.345,
  3.085 + 3.615 - 0.154,
];
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);

/** Least-squares parabola through points, by orthogonal polynomials on the very abscissae; its value at `at`. */
function parabolaAt(x: readonly number[], y: readonly number[], at: number): number {
  const centre = mean(x);
  const first = (value: number): number => value - centre;
  const p1 = x.map(first);
  const [squares, cubes] = [
    mean(p1.map((v) => v * v)),
    dot(
      p1.map((v) => v * v),
      p1,
    ) / dot(p1, p1),
  ];
  const second = (value: number): number => first(value) ** 2 - cubes * first(value) - squares;
  const p2 = x.map(second);
  return mean(y) + (dot(p1, y) / dot(p1, p1)) * first(at) + (dot(p2, y) / dot(p2, p2)) * second(at);
}

/** Variance of the unnormalised statistic of two samples (Scholz & Stephens, eq. 4, k = 2). */
function varianceOf(n: number, m: number): number {
  const total = n + m;
  let [harmonic, nested] = [0, 0];
  for (let i = total - 1; i > 1; i--) {
    harmonic += 1 / i;
    nested += harmonic / (total - i + 1);
  }
  const [h, g, sizes] = [harmonic + 1, nested, 1 / n + 1 / m];
  const a = 4 * g - 6 + (10 - 6 * g) * sizes;
  const b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * sizes - 8 * h + 4 * g - 6;
  const c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * sizes + 4 * h;
  const d = 4 * (2 * h + 6) - 8 * h;
  return (a * total ** 3 + b * total ** 2 + c * total + d) / ((total - 1) * (total - 2) * (total - 3));
}

/** One sample's part of the statistic: its mid-rank counts against those of the pooled values, value by value. */
function partOf(sample: Float64Array, pooled: Float64Array): number {
  const [size, total] = [sample.length, pooled.length];
  let [part, at, below] = [0, 0, 0];
  while (at < total) {
    const value = pooled[at];
    const start = at;
    const before = below;
    while (at < total && pooled[at] === value) at++;
    while (below < size && sample[below] === value) below++;
    const ties = at - start;
    const middle = start + ties / 2;
    const own = before + (below - before) / 2;
    part += ((ties / total) * (total * own - middle * size) ** 2) / (middle * (total - middle) - (total * ties) / 4);
  }
  return part / size;
}

/**
 * Two-sample Anderson–Darling test, mid-rank version for ties: weights the tails, where drift of amounts shows first.
 * `null` where it does not exist: an empty sample, fewer than four values, or all values equal.
 */
export function andersonDarlingTest(
  reference: readonly number[],
  current: readonly number[],
): AndersonDarlingResult | null {
  requireFinite('reference', reference);
  requireFinite('current', current);
  const [n, m] = [reference.length, current.length];
  const pooled = sorted([...reference, ...current]);
  if (n === 0 || m === 0 || n + m < 4 || pooled[0] === pooled.at(-1)) return null;
  const sum = partOf(sorted(reference), pooled) + partOf(sorted(current), pooled);
  const statistic = ((sum * (n + m - 1)) / (n + m) - 1) / Math.sqrt(varianceOf(n, m));
  const logP = parabolaAt(CRITICAL, LEVELS.map(Math.log), statistic);
  const inside = statistic >= Math.min(...CRITICAL) && statistic <= Math.max(...CRITICAL);
  const p = inside ? Math.exp(logP) : statistic < 1 ? Math.max(...LEVELS) : Math.min(...LEVELS);
  return { statistic, pClamped: p };
}
