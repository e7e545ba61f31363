import { invalid, requireCount, requireOpenUnit } from './check.ts';
import { chiSquareSf } from './distributions/chi-square.ts';
import { normalSf, twoSidedZ } from './distributions/normal.ts';
import { around, type Interval } from './interval.ts';
import { wilsonInterval } from './wilson.ts';

/** Successes among independent trials, per arm; whole numbers. */
export interface TwoProportionInput {
  readonly controlSuccesses: number;
  readonly controlTrials: number;
  readonly treatmentSuccesses: number;
  readonly treatmentTrials: number;
  /** Level of every interval, 0.95 by default. */
  readonly confidence?: number;
}

/** Treatment minus control. `null` means that the quantity does not exist for these counts, never that it is 0. */
export interface TwoProportionResult {
  readonly controlRate: number | null;
  readonly treatmentRate: number | null;
  readonly difference: number | null;
  readonly pooledRate: number | null;
  readonly pooledStandardError: number | null;
  readonly unpooledStandardError: number | null;
  /** `null` where the pooled rate is 0 or 1, or an arm is empty: then all p-values are 1, no evidence. */
  readonly z: number | null;
  readonly pTwoSided: number;
  /** P(Z ≥ z): small when the treatment's rate is greater. */
  readonly pGreater: number;
  readonly pLess: number;
  /** Unpooled normal interval of the difference; degenerate at rates of 0 and 1, where Newcombe's is not. */
  readonly waldInterval: Interval | null;
  /** Newcombe's hybrid score interval (1998, method 10); [−1, 1] at worst. */
  readonly newcombeInterval: Interval;
  readonly controlInterval: Interval;
  readonly treatmentInterval: Interval;
  /** difference / controlRate. */
  readonly relativeLift: number | null;
  readonly relativeLiftStandardError: number | null;
  /** By the delta method: p₂q₂/n₂/p₁² + p₁q₁/n₁·p₂²/p₁⁴; poor when the control's rate is near 0. */
  readonly relativeLiftInterval: Interval | null;
  readonly riskRatio: number | null;
  /** Katz's interval on the log scale. */
  readonly riskRatioInterval: Interval | null;
  readonly chiSquare: number | null;
  readonly chiSquareYates: number | null;
  readonly pYates: number;
}

function check(input: TwoProportionInput): void {
  for (const arm of ['control', 'treatment'] as const) {
    const [successes, trials] = [input[`${arm}Successes`], input[`${arm}Trials`]];
    requireCount(`${arm}Successes`, successes);
    requireCount(`${arm}Trials`, trials);
    if (successes > trials) throw invalid(`${arm}Successes`, `is ${successes}; allowed: at most ${trials}, the trials`);
  }
  if (input.confidence !== undefined) requireOpenUnit('confidence', input.confidence);
}

/** Newcombe's interval of the difference, from the two score intervals. */
function newcombe(p1: number, p2: number, control: Interval, treatment: Interval): Interval {
  return {
    lower: p2 - p1 - Math.hypot(p2 - treatment.lower, control.upper - p1),
    upper: p2 - p1 + Math.hypot(treatment.upper - p2, p1 - control.lower),
  };
}

function relative(p1: number, p2: number, v1: number, v2: number, z: number) {
  if (p1 === 0) {
    return { relativeLift: null, relativeLiftStandardError: null, relativeLiftInterval: null, riskRatio: null };
  }
  const lift = (p2 - p1) / p1;
  const error = Math.sqrt(v2 / p1 ** 2 + (v1 * p2 ** 2) / p1 ** 4);
  return {
    relativeLift: lift,
    relativeLiftStandardError: error,
    relativeLiftInterval: around(lift, z * error),
    riskRatio: p2 / p1,
  };
}

/** z of the pooled test with its three tails, and its square with Yates's correction. */
function pooledTest(input: TwoProportionInput, difference: number, pooledStandardError: number) {
  if (pooledStandardError === 0) {
    return { z: null, pTwoSided: 1, pGreater: 1, pLess: 1, chiSquare: null, chiSquareYates: null, pYates: 1 };
  }
  const { controlTrials: n1, treatmentTrials: n2 } = input;
  const z = difference / pooledStandardError;
  const corrected = Math.max(0, Math.abs(difference) - (1 / n1 + 1 / n2) / 2) / pooledStandardError;
  return {
    z,
    pTwoSided: 2 * normalSf(Math.abs(z)),
    pGreater: normalSf(z),
    pLess: normalSf(-z),
    chiSquare: z * z,
    chiSquareYates: corrected ** 2,
    pYates: chiSquareSf(corrected ** 2, 1),
  };
}

/**
 * The two-proportion z-test, z = (p₂−p₁)/√(p̄q̄(1/n₁+1/n₂)), with intervals of the difference and the ratio. Assumes
 * independent trials, one look. An empty arm gives null rates, p-values of 1 and the widest intervals.
 */
export function twoProportionTest(input: TwoProportionInput): TwoProportionResult {
  check(input);
  const { controlSuccesses: x1, controlTrials: n1, treatmentSuccesses: x2, treatmentTrials: n2 } = input;
  const confidence = input.confidence ?? 0.95;
  const z = twoSidedZ(confidence);
  const controlInterval = wilsonInterval(x1, n1, confidence);
  const treatmentInterval = wilsonInterval(x2, n2, confidence);
  const p1 = x1 / n1;
  const p2 = x2 / n2;
  if (n1 === 0 || n2 === 0) {
    const none = { difference: null, pooledRate: null, pooledStandardError: null, unpooledStandardError: null };
    return {
      controlRate: n1 === 0 ? null : p1,
      treatmentRate: n2 === 0 ? null : p2,
      ...none,
      ...pooledTest(input, 0, 0),
      ...relative(0, 0, 0, 0, 0),
      waldInterval: null,
      newcombeInterval: { lower: -1, upper: 1 },
      controlInterval,
      treatmentInterval,
      riskRatioInterval: null,
    };
  }
  const pooledRate = (x1 + x2) / (n1 + n2);
  const pooledStandardError = Math.sqrt(pooledRate * (1 - pooledRate) * (1 / n1 + 1 / n2));
  const [v1, v2] = [(p1 * (1 - p1)) / n1, (p2 * (1 - p2)) / n2];
  const unpooledStandardError = Math.sqrt(v1 + v2);
  const logMargin = z * Math.sqrt((1 - p1) / x1 + (1 - p2) / x2);
  return {
    controlRate: p1,
    treatmentRate: p2,
    difference: p2 - p1,
    pooledRate,
    pooledStandardError,
    unpooledStandardError,
    ...pooledTest(input, p2 - p1, pooledStandardError),
    waldInterval: around(p2 - p1, z * unpooledStandardError),
    newcombeInterval: newcombe(p1, p2, controlInterval, treatmentInterval),
    controlInterval,
    treatmentInterval,
    ...relative(p1, p2, v1, v2, z),
    riskRatioInterval:
      x1 === 0 || x2 === 0 ? null : { lower: (p2 / p1) * Math.exp(-logMargin), upper: (p2 / p1) * Math.exp(logMargin) },
  };
}
