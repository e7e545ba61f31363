import { requireFinite } from './check.ts';
import { requireSameBins, sum } from './counts.ts';
import { kolmogorovSf } from './distributions/kolmogorov.ts';
import { sorted } from './quantile.ts';

/** Most lattice cells that the exact p-value may cost: below 0.1 s. */
const EXACT_CELLS = 4_000_000;

export interface KsResult {
  /** Largest distance of the two empirical distribution functions. */
  readonly d: number;
  /** Largest excess of the current sample's distribution function over the reference's: current values are smaller. */
  readonly dPlus: number;
  readonly dMinus: number;
  /** The exact p where it was affordable, else Kolmogorov's limit; 1 where a sample is empty. */
  readonly p: number;
  readonly method: 'exact' | 'limit';
  readonly pExact: number | null;
  /** P(K > D·√(nm/(n+m))). */
  readonly pLimit: number;
  readonly referenceTotal: number;
  readonly currentTotal: number;
}

/**
 * P(some point (i, j) of a random lattice path from (0,0) to (n,m) has i·m − j·n ≥ `minus` or j·n − i·m ≥ `plus`), as scipy's
 * `method='exact'`: the share of paths to (i,j) that have been outside is the mean of its two predecessors, weighted i and j. All
 * terms are positive, so that tiny p-values keep their digits. Whatever lies outside counts 1, so that only the points
 * between the two bounds are walked: O(nm·min(1, D⁺ + D⁻)) time, O(m) space.
 */
function pathProbability(n: number, m: number, { plus, minus }: { plus: number; minus: number }): number {
  if (plus <= 0 || minus <= 0) return 1;
  const row = new Float64Array(m + 1).fill(1);
  // No division in the loop: each cell would wait for that of the one before.
  const inverse = Float64Array.from({ length: n + m + 1 }, (_, steps) => 1 / Math.max(1, steps));
  for (let i = 0; i <= n; i++) {
    const first = Math.max(0, Math.floor((i * m - minus) / n) + 1);
    const last = Math.min(m, Math.ceil((i * m + plus) / n) - 1);
    let left = 1;
    for (let j = first; j <= last; j++) {
      const weight = inverse[i + j] ?? 1;
      left = i * (row[j] ?? 1) * weight + j * weight * left;
      row[j] = left;
    }
  }
  return row[m] ?? Number.NaN;
}

/** n·m·(F_current − F_reference), largest and smallest over all values, in whole numbers. */
function extremes(reference: Float64Array, current: Float64Array): { plus: number; minus: number } {
  const [n, m] = [reference.length, current.length];
  let [i, j, plus, minus] = [0, 0, 0, 0];
  while (i < n && j < m) {
    const value = Math.min(reference[i] ?? Infinity, current[j] ?? Infinity);
    while (i < n && reference[i] === value) i++;
    while (j < m && current[j] === value) j++;
    plus = Math.max(plus, j * n - i * m);
    minus = Math.max(minus, i * m - j * n);
  }
  return { plus, minus };
}

function resultOf(
  n: number,
  m: number,
  distances: { d: number; dPlus: number; dMinus: number },
  pExact: number | null,
): KsResult {
  const pLimit = n === 0 || m === 0 ? 1 : kolmogorovSf(distances.d * Math.sqrt((n / (n + m)) * m));
  return {
    ...distances,
    p: pExact ?? pLimit,
    method: pExact === null ? 'limit' : 'exact',
    pExact,
    pLimit,
    referenceTotal: n,
    currentTotal: m,
  };
}

/**
 * Two-sample Kolmogorov–Smirnov test of finite values in any order. The exact p assumes no ties (with ties it is
 * conservative, as scipy's) and is computed up to n·m = 4 million. An empty sample gives d = 0 and p = 1.
 */
export function ksTest(reference: readonly number[], current: readonly number[]): KsResult {
  requireFinite('reference', reference);
  requireFinite('current', current);
  const [n, m] = [reference.length, current.length];
  if (n === 0 || m === 0) return resultOf(n, m, { d: 0, dPlus: 0, dMinus: 0 }, null);
  const { plus, minus } = extremes(sorted(reference), sorted(current));
  const most = Math.max(plus, minus);
  const exact = n * m <= EXACT_CELLS ? pathProbability(n, m, { plus: most, minus: most }) : null;
  return resultOf(n, m, { d: most / n / m, dPlus: plus / n / m, dMinus: minus / n / m }, exact);
}

/** One-sided exact p: chance of a D⁺ as large as seen, if both samples come from one distribution. */
export function ksGreaterExact(reference: readonly number[], current: readonly number[]): number {
  requireFinite('reference', reference);
  requireFinite('current', current);
  const [n, m] = [reference.length, current.length];
  if (n === 0 || m === 0) return 1;
  const { plus } = extremes(sorted(reference), sorted(current));
  return pathProbability(n, m, { plus, minus: Infinity });
}

/**
 * The same from counts in the same bins, which is what profiles carry. D is a lower bound of the raw one, short of it
 * by at most the largest share of a bin, so that p (Kolmogorov's limit) errs towards no drift.
 */
export function ksFromCounts(reference: readonly number[], current: readonly number[]): KsResult {
  requireSameBins(reference, current);
  const [n, m] = [sum(reference), sum(current)];
  if (n === 0 || m === 0) return resultOf(n, m, { d: 0, dPlus: 0, dMinus: 0 }, null);
  let [below1, below2, dPlus, dMinus] = [0, 0, 0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    below1 += reference[bin] ?? 0;
    below2 += current[bin] ?? 0;
    dPlus = Math.max(dPlus, below2 / m - below1 / n);
    dMinus = Math.max(dMinus, below1 / n - below2 / m);
  }
  return resultOf(n, m, { d: Math.max(dPlus, dMinus), dPlus, dMinus }, null);
}
