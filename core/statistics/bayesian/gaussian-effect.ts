import { invalid } from '../check.ts';
import { normalPdf, normalSf, twoSidedZ } from '../distributions/normal.ts';
import { around, type Interval } from '../interval.ts';
import { type MeanTestResult, relativeMeanTest, welchTest } from '../means.ts';
import type { Moments } from '../moments.ts';

/** What is believed of the relative effect beforehand: a normal distribution. Without one every effect is as likely. */
export interface EffectPrior {
  readonly mean: number;
  readonly variance: number;
}

export interface GaussianEffect {
  readonly mean: number;
  readonly deviation: number;
  readonly interval: Interval;
  /** P(the treatment's mean is above the control's). */
  readonly chanceToWin: number;
  /** E[max(effect, 0)]: what one loses on average by keeping the control. */
  readonly riskOfControl: number;
  /** E[max(−effect, 0)]: what one loses on average by choosing the treatment. */
  readonly riskOfTreatment: number;
}

/**
 * The effect as a normal distribution (gbstats' `EffectBayesianABTest`): absolute in the metric's unit, or relative by
 * the delta method. `null` where the arms say nothing: fewer than two units, no spread, a control's mean of 0 for a relative one.
 */
export function gaussianEffect(
  control: Moments,
  treatment: Moments,
  { kind, prior, confidence = 0.95 }: { kind: 'absolute' | 'relative'; prior?: EffectPrior; confidence?: number },
): GaussianEffect | null {
  const test = (kind === 'absolute' ? welchTest : relativeMeanTest)(control, treatment, confidence);
  if (test.difference === null || !test.standardError) return null;
  const { mean, variance } = posterior(test, scaled(prior, kind === 'absolute' ? Math.abs(control.mean) : 1));
  const deviation = Math.sqrt(variance);
  const away = Math.abs(mean) / deviation;
  // The loss on the side where the mean is not; the other is larger by the mean.
  const small = deviation * (normalPdf(away) - away * normalSf(away));
  return {
    mean,
    deviation,
    interval: around(mean, twoSidedZ(confidence) * deviation),
    chanceToWin: normalSf(-mean / deviation),
    riskOfControl: mean > 0 ? mean + small : small,
    riskOfTreatment: mean > 0 ? small : small - mean,
  };
}

function scaled(prior: EffectPrior | undefined, unit: number): EffectPrior | undefined {
  if (!prior) return undefined;
  if (!(prior.variance > 0)) throw invalid('prior.variance', `is ${prior.variance}; allowed: above 0`);
  return { mean: prior.mean * unit, variance: prior.variance * unit * unit };
}

/** Both weighted by their precision. */
function posterior({ difference, standardError }: MeanTestResult, prior: EffectPrior | undefined): EffectPrior {
  const data = { mean: difference ?? 0, variance: (standardError ?? 0) ** 2 };
  if (!prior || prior.variance === 0) return data;
  const precision = 1 / data.variance + 1 / prior.variance;
  return { mean: (data.mean / data.variance + prior.mean / prior.variance) / precision, variance: 1 / precision };
}
