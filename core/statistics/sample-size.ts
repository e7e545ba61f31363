import { invalid, requireOpenUnit } from './check.ts';
import { normalIsf, normalSf } from './distributions/normal.ts';

/** What every sample size asks for. */
export interface DesignInput {
  /** The smallest effect worth finding; its sign is the direction. */
  readonly mde: number;
  readonly mdeKind: 'absolute' | 'relative';
  /** Probability of a false alarm, 0.05 by default; divided by `comparisons` (Bonferroni). */
  readonly alpha?: number;
  /** Probability of finding the effect, 0.8 by default. */
  readonly power?: number;
  readonly sides?: 1 | 2;
  /** Treatment units for one control unit, 1 by default. */
  readonly treatmentToControlRatio?: number;
  readonly comparisons?: number;
}

export interface ProportionDesignInput extends DesignInput {
  /** The control's rate, strictly between 0 and 1. */
  readonly baseline: number;
}

/** Units of the control, before rounding up, by each formula in use. */
export interface ProportionForms {
  /** 2p̄q̄(z_α+z_β)²/δ² with p̄ the plain mean; per arm of equal size, blind to the ratio. */
  readonly pooledSimple: number;
  /** (z_α+z_β)²(p₁q₁+p₂q₂/k)/δ². */
  readonly unpooled: number;
  /** [z_α√((1+1/k)p̄q̄)+z_β√(p₁q₁+p₂q₂/k)]²/δ², p̄ weighted: the power of the pooled z-test (R `power.prop.test`). */
  readonly fleiss: number;
  /** Fleiss with continuity correction, as Fisher's exact test wants. */
  readonly fleissContinuity: number;
  /** (z_α+z_β)²(1+1/k)/h², Cohen's h. */
  readonly arcsine: number;
}

export interface ProportionSampleSize {
  /** The formula behind `controlUnits` and `treatmentUnits`. */
  readonly formula: keyof ProportionForms;
  readonly controlUnits: number;
  readonly treatmentUnits: number;
  readonly treatmentRate: number;
  readonly absoluteMde: number;
  readonly zAlpha: number;
  readonly zBeta: number;
  /** Plain mean of both rates. */
  readonly meanRate: number;
  readonly cohenH: number;
  readonly forms: ProportionForms;
  /** Power of the pooled z-test at the rounded sizes, in the effect's direction. */
  readonly achievedPower: number;
  /** The same with the chance of a significant effect in the wrong direction added; equal for one side. */
  readonly achievedPowerBothTails: number;
}

interface Design {
  readonly alpha: number;
  readonly power: number;
  readonly sides: 1 | 2;
  readonly ratio: number;
  readonly zAlpha: number;
  readonly zBeta: number;
}

/** The defaults filled in and checked, and the two normal quantiles, from the tails. */
export function readDesign(input: DesignInput): Design {
  const { alpha = 0.05, power = 0.8, sides = 2, treatmentToControlRatio: ratio = 1, comparisons = 1 } = input;
  requireOpenUnit('alpha', alpha);
  requireOpenUnit('power', power);
  if (!(ratio > 0 && ratio < Infinity)) throw invalid('treatmentToControlRatio', `is ${ratio}; allowed: above 0`);
  if (!Number.isSafeInteger(comparisons) || comparisons < 1) {
    throw invalid('comparisons', `is ${comparisons}; allowed: a whole number from 1`);
  }
  if (input.mde === 0 || !Number.isFinite(input.mde)) throw invalid('mde', `is ${input.mde}; allowed: other than 0`);
  const zAlpha = normalIsf(alpha / comparisons / sides);
  const zBeta = normalIsf(1 - power);
  if (zAlpha + zBeta <= 0) throw invalid('power', `is ${power}; allowed: above alpha / sides, which needs no units`);
  return { alpha: alpha / comparisons, power, sides, ratio, zAlpha, zBeta };
}

const spread = (rate: number): number => rate * (1 - rate);

function formsOf(p1: number, p2: number, { ratio: k, zAlpha, zBeta }: Design): ProportionForms & { h: number } {
  const d = Math.abs(p2 - p1);
  const both = spread(p1) + spread(p2) / k;
  const pooled = (p1 + k * p2) / (1 + k);
  const fleiss = ((zAlpha * Math.sqrt((1 + 1 / k) * spread(pooled)) + zBeta * Math.sqrt(both)) / d) ** 2;
  const h = 2 * Math.asin(Math.sqrt(p2)) - 2 * Math.asin(Math.sqrt(p1));
  return {
    pooledSimple: 2 * spread((p1 + p2) / 2) * ((zAlpha + zBeta) / d) ** 2,
    unpooled: both * ((zAlpha + zBeta) / d) ** 2,
    fleiss,
    fleissContinuity: (fleiss / 4) * (1 + Math.sqrt(1 + (2 * (1 + k)) / (k * fleiss * d))) ** 2,
    arcsine: (1 + 1 / k) * ((zAlpha + zBeta) / h) ** 2,
    h,
  };
}

/** Power of the pooled two-proportion z-test of n₁ and n₂ units: [in the effect's direction, in either]. */
function powerOf(p1: number, p2: number, n1: number, n2: number, { zAlpha, sides }: Design): [number, number] {
  const pooled = (n1 * p1 + n2 * p2) / (n1 + n2);
  const critical = zAlpha * Math.sqrt(spread(pooled) * (1 / n1 + 1 / n2));
  const error = Math.sqrt(spread(p1) / n1 + spread(p2) / n2);
  const d = Math.abs(p2 - p1);
  const right = normalSf((critical - d) / error);
  return [right, sides === 2 ? right + normalSf((critical + d) / error) : right];
}

/**
 * Units per arm that find `mde` with the given power. Fleiss's formula by default, since it matches the pooled z-test
 * that is used here; always rounded up. Throws INVALID_INPUT where the treatment's rate would leave (0, 1).
 */
export function sampleSizeForProportions(
  input: ProportionDesignInput,
  formula: keyof ProportionForms = 'fleiss',
): ProportionSampleSize {
  requireOpenUnit('baseline', input.baseline);
  const design = readDesign(input);
  const p1 = input.baseline;
  const p2 = input.mdeKind === 'relative' ? p1 * (1 + input.mde) : p1 + input.mde;
  if (!(p2 > 0 && p2 < 1)) throw invalid('mde', `leads to a rate of ${p2}; allowed: a rate above 0 and below 1`);
  const { h, ...forms } = formsOf(p1, p2, design);
  const controlUnits = Math.ceil(forms[formula]);
  const treatmentUnits = Math.ceil(forms[formula] * design.ratio);
  const [achievedPower, achievedPowerBothTails] = powerOf(p1, p2, controlUnits, treatmentUnits, design);
  return {
    formula,
    controlUnits,
    treatmentUnits,
    treatmentRate: p2,
    absoluteMde: p2 - p1,
    zAlpha: design.zAlpha,
    zBeta: design.zBeta,
    meanRate: (p1 + p2) / 2,
    cohenH: h,
    forms,
    achievedPower,
    achievedPowerBothTails,
  };
}

export interface DetectableInput extends Omit<ProportionDesignInput, 'mde' | 'mdeKind'> {
  /** Units of the control that there will be. */
  readonly controlUnits: number;
  /** Whether a larger rate is looked for. */
  readonly increase: boolean;
}

/**
 * The other way round: the smallest difference of rates that so many units find with the given power, by the formula that is
 * used for the test. `null` where they find none at all. By bisection, since units shrink as the effect grows.
 */
export function detectableDifference(
  { controlUnits, increase, ...input }: DetectableInput,
  formula: keyof ProportionForms = 'fleiss',
): number | null {
  requireOpenUnit('baseline', input.baseline);
  if (!(controlUnits >= 0 && controlUnits < Infinity))
    throw invalid('controlUnits', `is ${controlUnits}; allowed: from 0`);
  const sign = increase ? 1 : -1;
  const units = (size: number): number =>
    sampleSizeForProportions({ ...input, mde: sign * size, mdeKind: 'absolute' }, formula).controlUnits;
  const room = increase ? 1 - input.baseline : input.baseline;
  let [low, high] = [0, room * (1 - 1e-9)];
  if (units(high) > controlUnits) return null;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (units(middle) > controlUnits) low = middle;
    else high = middle;
  }
  return sign * high;
}
