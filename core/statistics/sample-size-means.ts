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
  let low = 3 / (1 + k);
  let high = low + 10 + 2 * normal;
  for (let step = 0; step < 100 && high - low > 1e-9 * high; step++) {
    const middle = (low + high) / 2;
    if (power(middle) < design.power) low = middle;
    else high = middle;
  }
  return {
    controlUnits: Math.ceil(high),
    treatmentUnits: Math.ceil(high * k),
    absoluteMde: delta,
    controlUnitsNormal: normal,
    controlUnitsNoncentralT: high,
  };
}
