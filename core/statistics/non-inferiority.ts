import { invalid, requireCount, requireOpenUnit } from './check.ts';
import { normalSf } from './distributions/normal.ts';
import { studentTPpf, studentTSf } from './distributions/student-t.ts';
import { welchTest } from './means.ts';
import type { Moments } from './moments.ts';

/** Which way is better, and how much worse is still accepted. */
export interface Margin {
  /** Above 0, in the metric's unit. */
  readonly margin: number;
  readonly higherIsBetter: boolean;
  /** One-sided. */
  readonly alpha: number;
}

export interface NonInferiorityResult {
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly t: number | null;
  readonly df: number | null;
  /** One-sided: small where the treatment is not worse by as much as the margin. 1 where the data say nothing. */
  readonly p: number;
  readonly nonInferior: boolean;
  /** The worst difference that the data still allow, at 1 − alpha. */
  readonly bound: number | null;
  /** Of both sides: small where the arms differ by less than the margin (two one-sided tests, Schuirmann 1987). */
  readonly pEquivalence: number;
}

function requireMargin({ margin, alpha }: Margin): void {
  if (!(margin >= 0 && margin < Infinity)) throw invalid('margin', `is ${margin}; allowed: from 0`);
  requireOpenUnit('alpha', alpha);
}

/** Welch's test against a margin: H0 "worse by at least the margin". */
export function nonInferiorMeans(control: Moments, treatment: Moments, rule: Margin): NonInferiorityResult {
  requireMargin(rule);
  const { margin, higherIsBetter, alpha } = rule;
  const { difference, standardError, df } = welchTest(control, treatment);
  if (difference === null || !standardError || df === null) {
    const none = { t: null, df: null, p: 1, nonInferior: false, bound: null, pEquivalence: 1 };
    return { difference, standardError, ...none };
  }
  const [above, below] = [(difference + margin) / standardError, (difference - margin) / standardError];
  const [pAbove, pBelow] = [studentTSf(above, df), studentTSf(-below, df)];
  const p = higherIsBetter ? pAbove : pBelow;
  const reach = -studentTPpf(alpha, df) * standardError;
  return {
    difference,
    standardError,
    t: higherIsBetter ? above : below,
    df,
    p,
    nonInferior: p < alpha,
    bound: higherIsBetter ? difference - reach : difference + reach,
    pEquivalence: Math.max(pAbove, pBelow),
  };
}

export interface Rate {
  readonly successes: number;
  readonly trials: number;
}

/** A z and the one-sided p that it gives. */
export interface RateMarginTest {
  /** `null` where the standard error is 0. */
  readonly z: number | null;
  readonly p: number;
  readonly nonInferior: boolean;
}

export interface RateMarginResult {
  readonly difference: number | null;
  /** Standard error from the rates as seen. */
  readonly wald: RateMarginTest;
  /** Standard error from the likeliest rates that differ by the margin (Farrington & Manning 1990): holds alpha with few events. */
  readonly score: RateMarginTest;
}

/** Two rates against a margin: H0 "worse by at least the margin". Throws INVALID_INPUT for counts that are none. */
export function nonInferiorRates(control: Rate, treatment: Rate, rule: Margin): RateMarginResult {
  requireMargin(rule);
  if (rule.margin >= 1) throw invalid('margin', `is ${rule.margin}; allowed: below 1 for rates`);
  for (const [field, { successes, trials }] of Object.entries({ control, treatment })) {
    requireCount(`${field}.successes`, successes);
    requireCount(`${field}.trials`, trials);
    if (successes > trials) throw invalid(`${field}.successes`, `are ${successes} of ${trials} trials`);
  }
  const nothing = { z: null, p: 1, nonInferior: false };
  if (control.trials === 0 || treatment.trials === 0) return { difference: null, wald: nothing, score: nothing };
  const [p0, p1] = [control.successes / control.trials, treatment.successes / treatment.trials];
  const shift = rule.higherIsBetter ? -rule.margin : rule.margin;
  const test = (rate0: number, rate1: number): RateMarginTest => {
    const error = Math.sqrt((rate0 * (1 - rate0)) / control.trials + (rate1 * (1 - rate1)) / treatment.trials);
    if (!(error > 0)) return nothing;
    const z = (p1 - p0 - shift) / error;
    const p = normalSf(rule.higherIsBetter ? z : -z);
    return { z, p, nonInferior: p < rule.alpha };
  };
  const restricted = restrictedRate(control, treatment, shift);
  return { difference: p1 - p0, wald: test(p0, p1), score: test(restricted, restricted + shift) };
}

/** The likeliest rate of the control if the treatment's is larger by `shift`: the root of a cubic (Miettinen & Nurminen 1985). */
function restrictedRate(control: Rate, treatment: Rate, shift: number): number {
  const [n0, n1] = [control.trials, treatment.trials];
  const n = n0 + n1;
  const [x0, x] = [control.successes, control.successes + treatment.successes];
  const l2 = (n1 + 2 * n0) * shift - n - x;
  const l1 = (n0 * shift - n - 2 * x0) * shift + x;
  const l0 = x0 * shift * (1 - shift);
  const q = (l2 / (3 * n)) ** 3 - (l1 * l2) / (6 * n * n) + l0 / (2 * n);
  const p = Math.sign(q) * Math.sqrt(Math.max(0, (l2 / (3 * n)) ** 2 - l1 / (3 * n)));
  const cosine = p === 0 ? 0 : Math.min(1, Math.max(-1, q / p ** 3));
  const angle = (Math.PI + Math.acos(cosine)) / 3;
  const rate = 2 * p * Math.cos(angle) - l2 / (3 * n);
  return Math.min(Math.min(1, 1 - shift), Math.max(Math.max(0, -shift), rate));
}
