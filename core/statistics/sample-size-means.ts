import { invalid } from './check.ts';
import { normalSf } from './distributions/normal.ts';
import lnGamma from '@stdlib/math-base-special-gammaln';
import { twoSidedT } from './distributions/student-t.ts';
import { type DesignInput, readDesign } from './sample-size.ts';

export interface MeanDesignInput extends DesignInput {
  /** The control's mean, which a relative effect refers to. */
  readonly mean: number;
  readonly sdControl: number;
  /** As the control's by default. */
  readonly sdTreatment?: number;
}

export interface MeanSampleSize {
  readonly controlUnits: number;
  readonly treatmentUnits: number;
  /** The effect in the metric's unit. */
  readonly absoluteMde: number;
  /** (z_α+z_β)²(s₁²+s₂²/k)/δ², before rounding. */
  readonly controlUnitsNormal: number;
  /** The size at which the t-test has the power (non-central t), before rounding; a little larger. */
  readonly controlUnitsNoncentralT: number;
}

/**
 * P(T′ > t) of the non-central t distribution: ∫Φ̄(t·s − δ) over s = √(χ²_df/df), by the trapezoid rule on ln s, whose
 * integrand falls off on both sides so fast that the rule converges geometrically.
 */
export function noncentralTSf(t: number, df: number, delta: number): number {
  const constant = Math.LN2 + (df / 2) * Math.log(df / 2) - lnGamma(df / 2);
  const reach = 12 / Math.sqrt(2 * df);
  const steps = 400;
  let total = 0;
  for (let i = -steps * 4; i <= steps; i++) {
    const u = (i * reach) / steps;
    const weight = Math.exp(constant + df * u - (df / 2) * Math.exp(2 * u));
    if (weight > 0) total += weight * normalSf(t * Math.exp(u) - delta);
  }
  return (total * reach) / steps;
}

/**
 * Where a rising function becomes 0, to 1e-9 of it and from above, sought from a `guess` near it: regula falsi with Illinois's
 * halving, since each value is dear.
 */
function whereReached(of: (n: number) => number, least: number, guess: number): number {
  let low = Math.max(least, guess - 1);
  let [atLow, high] = [of(low), low + 3];
  if (atLow >= 0) [low, atLow, high] = [least, of(least), low];
  let atHigh = of(high);
  while (atHigh < 0) {
    [low, atLow, high] = [high, atHigh, high * 2 + 1];
    atHigh = of(high);
  }
  if (atLow >= 0) return low;
  for (let step = 0; step < 200 && high - low > 1e-9 * high; step++) {
    const straight = high - (atHigh * (high - low)) / (atHigh - atLow);
    // Close to either end a straight line would creep: a hair further on the root is shut in.
    const hair = 4e-10 * high;
    const next = Math.min(Math.max(straight, low + hair), high - hair);
    const at = of(next);
    if (at < 0) [low, atLow, atHigh] = [next, at, atHigh / 2];
    else [high, atHigh, atLow] = [next, at, atLow / 2];
  }
  return high;
}

/**
 * Units per arm for a difference of means by Welch's test at planning: by the normal formula and by the non-central t
 * (equal variances, as statsmodels' TTestIndPower), rounded up from the latter.
 */
export function sampleSizeForMeans(input: MeanDesignInput): MeanSampleSize {
  const design = readDesign(input);
  const { sdControl: s1, sdTreatment: s2 = s1 } = input;
  for (const [field, value] of Object.entries({ sdControl: s1, sdTreatment: s2 })) {
    if (!(value > 0 && value < Infinity)) throw invalid(field, `is ${value}; allowed: above 0`);
  }
  const delta = input.mdeKind === 'relative' ? input.mean * input.mde : input.mde;
  if (!Number.isFinite(delta) || delta === 0)
    throw invalid('mean', `is ${input.mean}; allowed: other than 0 for a relative effect`);
  const k = design.ratio;
  const normal = ((design.zAlpha + design.zBeta) ** 2 * (s1 ** 2 + s2 ** 2 / k)) / delta ** 2;
  const effect = Math.abs(delta) / Math.sqrt((s1 ** 2 + s2 ** 2) / 2);
  const power = (n: number): number => {
    const df = n * (1 + k) - 2;
    const shift = effect * Math.sqrt((n * k) / (1 + k));
    const critical = twoSidedT(1 - (2 * design.alpha) / design.sides, df);
    const wrong = design.sides === 2 ? 1 - noncentralTSf(-critical, df, shift) : 0;
    return noncentralTSf(critical, df, shift) + wrong;
  };
  // One degree of freedom at the low end; the power rises with n.
  const high = whereReached((n) => power(n) - design.power, 3 / (1 + k), normal);
  return {
    controlUnits: Math.ceil(high),
    treatmentUnits: Math.ceil(high * k),
    absoluteMde: delta,
    controlUnitsNormal: normal,
    controlUnitsNoncentralT: high,
  };
}
