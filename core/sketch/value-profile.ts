import { DomainError } from '../errors.ts';
import { addCategories, addCategory, noCategories, type CategoryCounts } from './category-counts.ts';
import { emptySketch, growBy, growByAll, growing, logOfGamma, type GrowingSketch } from './ddsketch.ts';

/** How far a quantile of a profile may be from the value of its rank, as a share of that value. */
export const PROFILE_ACCURACY = 0.01;
/** The squares of larger numbers have no sum. */
const LARGEST = 1e145;
const LN_GAMMA = logOfGamma(PROFILE_ACCURACY);

/** What is known of the numbers among the values. */
export interface NumberProfile {
  n: number;
  mean: number;
  /** Σ(x − mean)². */
  m2: number;
  min: number;
  max: number;
  /** NaN, the infinities, and what lies beyond ±1e145: in nothing else here. */
  invalid: number;
  readonly sketch: GrowingSketch;
  /** Interior edges of the reference's bins; empty where it has none. */
  readonly edges: readonly number[];
  /** How many numbers lie in each of these bins; empty without edges. */
  readonly counts: number[];
}

/**
 * All that is kept of the values of one feature, or of the score, in one window: how many had which status, the numbers, and the texts
 * (true and false among them). Merging gives the profile of all values together: to the last bit for counts, to rounding for moments.
 */
export interface ValueProfile {
  readonly statuses: Map<string, number>;
  readonly numbers: NumberProfile;
  readonly categories: CategoryCounts;
}

export function emptyProfile(edges: readonly number[] = []): ValueProfile {
  return {
    statuses: new Map(),
    numbers: {
      n: 0,
      mean: 0,
      m2: 0,
      min: Infinity,
      max: -Infinity,
      invalid: 0,
      sketch: growing(emptySketch(PROFILE_ACCURACY)),
      edges,
      counts: edges.length === 0 ? [] : Array.from({ length: edges.length + 1 }, () => 0),
    },
    categories: noCategories(),
  };
}

/** Adds a value with its status; only one that is PRESENT says how values are distributed. */
export function addToProfile(
  { statuses, numbers, categories }: ValueProfile,
  value: number | bigint | boolean | string | null,
  status: string,
): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  if (status !== 'PRESENT' || value === null) return;
  if (typeof value === 'number') addNumber(numbers, value);
  else if (typeof value === 'bigint') addNumber(numbers, Number(value));
  else addCategory(categories, String(value));
}

function addNumber(numbers: NumberProfile, value: number): void {
  if (!(Math.abs(value) <= LARGEST)) {
    numbers.invalid++;
    return;
  }
  numbers.n++;
  const next = numbers.mean + (value - numbers.mean) / numbers.n;
  numbers.m2 += (value - numbers.mean) * (value - next);
  numbers.mean = next;
  if (value < numbers.min) numbers.min = value;
  if (value > numbers.max) numbers.max = value;
  growBy(numbers.sketch, value, LN_GAMMA);
  if (numbers.edges.length === 0) return;
  const bin = upperBound(numbers.edges, value);
  numbers.counts[bin] = (numbers.counts[bin] ?? 0) + 1;
}

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

/** Adds all of another profile to it. Throws INVALID_INPUT where both were counted in different bins. */
export function mergeInto(profile: ValueProfile, more: ValueProfile): void {
  const { statuses, numbers, categories } = profile;
  requireSameEdges(numbers.edges, more.numbers.edges);
  for (const [status, count] of more.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
  mergeNumbers(numbers, more.numbers);
  addCategories(categories, more.categories);
}

function mergeNumbers(numbers: NumberProfile, more: NumberProfile): void {
  numbers.invalid += more.invalid;
  if (more.n === 0) return;
  const n = numbers.n + more.n;
  const gap = more.mean - numbers.mean;
  numbers.m2 += more.m2 + gap * gap * ((numbers.n * more.n) / n);
  numbers.mean = numbers.n === 0 ? more.mean : numbers.mean + gap * (more.n / n);
  numbers.n = n;
  numbers.min = Math.min(numbers.min, more.min);
  numbers.max = Math.max(numbers.max, more.max);
  growByAll(numbers.sketch, more.sketch);
  for (const [bin, count] of more.counts.entries()) numbers.counts[bin] = (numbers.counts[bin] ?? 0) + count;
}

export const haveSameEdges = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((edge, i) => edge === b[i]);

function requireSameEdges(a: readonly number[], b: readonly number[]): void {
  if (haveSameEdges(a, b)) return;
  throw new DomainError('INVALID_INPUT', 'edges: both profiles must be counted in the same bins', {
    field: 'edges',
    allowed: [a.join(' ')],
  });
}

/** About how many bytes of memory it takes. */
export const memoryOf = ({ numbers, categories }: ValueProfile): number =>
  600 +
  48 * (numbers.sketch.positive.size + numbers.sketch.negative.size) +
  8 * numbers.counts.length +
  100 * categories.counts.size;
