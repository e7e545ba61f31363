import { invalid } from './check.ts';

/**
 * How p-values of one family are adjusted: compare the adjusted one with alpha. Bonferroni, Šidák, Holm and Hochberg
 * bound the chance of any false alarm; Benjamini–Hochberg and –Yekutieli the share of false alarms among all alarms
 * (BH for independent or positively dependent tests, BY for any).
 */
export type Adjustment = 'bonferroni' | 'sidak' | 'holm' | 'hochberg' | 'benjaminiHochberg' | 'benjaminiYekutieli';

type Step = (p: number, rank: number, m: number) => number;

/** Factor of the p-value of rank i (1 the smallest) of m. */
const FACTORS: Readonly<Record<Adjustment, Step>> = {
  bonferroni: (p, _, m) => m * p,
  // 1 − (1−p)^m without loss for small p.
  sidak: (p, _, m) => -Math.expm1(m * Math.log1p(-p)),
  holm: (p, rank, m) => (m - rank + 1) * p,
  hochberg: (p, rank, m) => (m - rank + 1) * p,
  benjaminiHochberg: (p, rank, m) => (m / rank) * p,
  benjaminiYekutieli: (p, rank, m) =>
    Array.from({ length: m }, (_, i) => 1 / (i + 1)).reduce((total, part) => total + part, 0) * (m / rank) * p,
};

/** Adjusted p-values, at most 1, in the order of the input, which is left as it is. None give none. */
export function adjustPValues(pValues: readonly number[], adjustment: Adjustment): number[] {
  const wrong = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) throw invalid(`pValues[${wrong}]`, `is ${pValues[wrong]}; allowed: 0 to 1`);
  const m = pValues.length;
  const order = [...pValues.entries()].toSorted((a, b) => a[1] - b[1]);
  const raw = order.map(([row, p], i) => ({ row, p: Math.min(1, FACTORS[adjustment](p, i + 1, m)) }));
  // Step-down methods may not fall along the order, step-up ones may not rise against it.
  const stepUp = adjustment === 'hochberg' || adjustment.startsWith('benjamini');
  const adjusted = Array.from({ length: m }, () => 0);
  let bound = stepUp ? 1 : 0;
  for (const { row, p } of stepUp ? raw.toReversed() : raw) {
    bound = stepUp ? Math.min(bound, p) : Math.max(bound, p);
    adjusted[row] = bound;
  }
  return adjusted;
}
