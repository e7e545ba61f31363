import { invalid, requireFinite } from './check.ts';
import { sorted, sortedQuantile } from './quantile.ts';

/**
 * Interior edges e₁ < … < e_k cut the line into k + 1 bins (−∞, e₁), [e₁, e₂), …, [e_k, ∞): the ends are open, so that
 * no value is dropped. Bins belong to the reference: computed once, shipped with the model, never from current data.
 */
export type BinEdges = readonly number[];

function requireBins(reference: readonly number[], bins: number): void {
  if (!Number.isSafeInteger(bins) || bins < 1) throw invalid('bins', `is ${bins}; allowed: a whole number from 1`);
  requireFinite('reference', reference);
  if (reference.length === 0) throw invalid('reference', 'is empty; allowed: at least one value');
}

/** Edges at the type-7 quantiles i/bins of the reference, duplicates once: ties give fewer bins than asked for. */
export function quantileBins(reference: readonly number[], bins = 10): number[] {
  requireBins(reference, bins);
  const values = sorted(reference);
  const edges = Array.from({ length: bins - 1 }, (_, i) => sortedQuantile(values, (i + 1) / bins));
  return [...new Set(edges)].sort((a, b) => a - b);
}

const FLOATS = new Float64Array(1);
const BITS = new BigInt64Array(FLOATS.buffer);

/** The smallest number above a finite one: a bin [x, nextUp(x)) holds x alone. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  FLOATS[0] = value;
  BITS[0] = (BITS[0] ?? 0n) + (value > 0 ? 1n : -1n);
  return FLOATS[0];
}

/**
 * Edges for drift: no value that many rows share hides in a bin with others, as it would between plain quantiles, which
 * fall together there. A reference of few distinct values, at most `bins` / 2, has a bin for each and the open ends
 * besides; any other is cut at its quantiles, and a value that several of them meet has a bin of its own.
 */
export function driftBins(reference: readonly number[], bins = 10): number[] {
  requireBins(reference, bins);
  const values = sorted(reference);
  const quantiles = Array.from({ length: bins - 1 }, (_, i) => sortedQuantile(values, (i + 1) / bins));
  return startsOf([...new Set(values)], quantiles, bins);
}

/** The same of values that are only counted in ascending cells: where bins start among the cells, a cell by its place in the list. */
export function driftCells(counts: readonly number[], bins = 10): number[] {
  const cells: number[] = [];
  /** How many lie in a cell or below it. */
  const below: number[] = [];
  let n = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] ?? 0;
    if (count === 0) continue;
    n += count;
    cells.push(cell);
    below.push(n);
  }
  if (n === 0) return [];
  /** The cell of the value of a rank, from 0. */
  const cellAt = (rank: number): number => cells[upperBound(below, rank)] ?? 0;
  const quantiles = Array.from({ length: bins - 1 }, (_, i) => {
    const rank = (n - 1) * ((i + 1) / bins);
    const low = Math.floor(rank);
    const [from, to] = [cellAt(low), cellAt(Math.min(low + 1, n - 1))];
    return from + (rank - low) * (to - from);
  });
  return startsOf(cells, quantiles, bins);
}

/** Where bins start, from the different values of a reference and its quantiles. */
function startsOf(distinct: readonly number[], quantiles: readonly number[], bins: number): number[] {
  const few = distinct.length <= bins / 2;
  const starts = few ? distinct : [...new Set(quantiles)];
  const shared = few ? distinct : starts.filter((start) => quantiles.filter((at) => at === start).length > 1);
  const ends = shared.flatMap((value) => {
    const next = distinct[upperBound(distinct, value)];
    if (next === undefined) return [nextUp(value)];
    return starts.some((start) => start > value && start <= next) ? [] : [next];
  });
  return [...new Set([...starts, ...ends])].sort((a, b) => a - b);
}

/** Edges that cut the reference's range into parts of the same width; none where the reference is constant. */
export function equalWidthBins(reference: readonly number[], bins = 10): number[] {
  requireBins(reference, bins);
  const values = sorted(reference);
  const [low, high] = [sortedQuantile(values, 0), sortedQuantile(values, 1)];
  const step = (high - low) / bins;
  return step === 0 ? [] : Array.from({ length: bins - 1 }, (_, i) => low + (i + 1) * step);
}

/** Which bin a value falls into, 0 to edges.length, by binary search. Infinities fall into the open ends. */
export const binIndex = (edges: BinEdges, value: number): number => upperBound(edges, value);

/** How many of some ascending numbers are no greater than a value. */
function upperBound(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (ascending[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many values fall into each bin. NaN belongs to no bin and is refused: missing values are counted elsewhere. */
export function binCounts(values: Iterable<number>, edges: BinEdges): number[] {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const value of values) {
    if (Number.isNaN(value)) throw invalid('values', 'hold NaN; allowed: numbers, missing ones left out');
    const bin = binIndex(edges, value);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
