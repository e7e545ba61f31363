/** What a mean and a variance need, mergeable in any order: never Σx² − n·x̄², which loses all digits at an offset. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Σ(x − mean)². */
  readonly m2: number;
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, m2: 0 };

/** One more value (Welford 1962). */
export function addValue({ n, mean, m2 }: Moments, value: number): Moments {
  const next = mean + (value - mean) / (n + 1);
  return { n: n + 1, mean: next, m2: m2 + (value - mean) * (value - next) };
}

export function momentsOf(values: Iterable<number>): Moments {
  let moments = NO_MOMENTS;
  for (const value of values) moments = addValue(moments, value);
  return moments;
}

/** Moments of both parts together (Chan, Golub & LeVeque 1979). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const n = a.n + b.n;
  if (a.n === 0 || b.n === 0) return a.n === 0 ? b : a;
  const gap = b.mean - a.mean;
  return { n, mean: a.mean + gap * (b.n / n), m2: a.m2 + b.m2 + gap * gap * ((a.n * b.n) / n) };
}

/** Unbiased variance m2/(n−1); `null` below two values. */
export const variance = ({ n, m2 }: Moments): number | null => (n < 2 ? null : m2 / (n - 1));
