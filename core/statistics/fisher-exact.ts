import { requireCount } from './check.ts';

/** Successes and failures of two groups. */
export interface TwoByTwo {
  readonly successes1: number;
  readonly failures1: number;
  readonly successes2: number;
  readonly failures2: number;
}

/** Walks from the mode outwards; each table's weight relative to the mode's comes from its neighbour's by one ratio. */
function* weightsFromMode(mode: number, step: 1 | -1, ratio: (k: number) => number): Generator<[number, number]> {
  let weight = 1;
  // Below, doubles lose their digits and hardly shrink any more.
  for (let k = mode; weight > 1e-300; k += step) {
    yield [k, weight];
    weight *= step === 1 ? ratio(k) : 1 / ratio(k - 1);
  }
}

/**
 * Two-sided p of Fisher's exact test: the probability, margins given, of all tables no likelier than the one seen
 * (R's and scipy's rule, with their 1e-7 of slack for ties). 1 where a margin is empty, 0 below 1e-300.
 */
export function fisherExact({ successes1: a, failures1: b, successes2: c, failures2: d }: TwoByTwo): number {
  for (const [field, count] of Object.entries({ successes1: a, failures1: b, successes2: c, failures2: d })) {
    requireCount(field, count);
  }
  const [row, column, total] = [a + b, a + c, a + b + c + d];
  // P(k+1)/P(k) of the hypergeometric distribution; 0 at its upper end, infinite below its lower end.
  const ratio = (k: number): number => ((row - k) * (column - k)) / ((k + 1) * (total - row - column + k + 1));
  const mode = Math.floor(((row + 1) * (column + 1)) / (total + 2));
  const upwards = [...weightsFromMode(mode, 1, ratio)];
  const tables = [...upwards, ...[...weightsFromMode(mode, -1, ratio)].slice(1)];
  const seen = tables.find(([k]) => k === a)?.[1] ?? 0;
  let all = 0;
  let unlikely = 0;
  // Smallest first, so that small terms are not lost.
  for (const [, weight] of tables.toSorted((x, y) => x[1] - y[1])) {
    all += weight;
    if (weight <= seen * (1 + 1e-7)) unlikely += weight;
  }
  return unlikely / all;
}
