import type { Fold } from './fold.ts';

interface Moments {
  n: number;
  mean: number;
  /** The sum of the squared distances from the mean. */
  squares: number;
}

/** Values beyond it have squares that no double holds: their deviation is null. */
export const LARGEST_SPREAD = 1e150;

/** The standard deviation of a sample, by Welford, parts merged by Chan, Golub and LeVeque (1979). Of one value it is null. */
export const stddev: Fold<Moments> = {
  start: () => ({ n: 0, mean: 0, squares: 0 }),
  add(into, value) {
    const number = Number(value);
    into.n += 1;
    const distance = number - into.mean;
    into.mean += distance / into.n;
    into.squares += Math.abs(number) > LARGEST_SPREAD ? NaN : distance * (number - into.mean);
  },
  merge(into, { n, mean, squares }) {
    if (n === 0) return;
    const all = into.n + n;
    const distance = mean - into.mean;
    into.mean += (distance * n) / all;
    into.squares += squares + distance * distance * ((into.n * n) / all);
    into.n = all;
  },
  result({ n, squares }) {
    const value = Math.sqrt(squares / (n - 1));
    return n > 1 && Number.isFinite(value) ? value : null;
  },
  write({ n, mean, squares }, out) {
    out.f64(n);
    out.f64(mean);
    out.f64(squares);
  },
  read: (from) => ({ n: from.f64(), mean: from.f64(), squares: from.f64() }),
};
