import { psiBetween } from '../quality/drift.ts';
import type { PredictionWindow } from '../prediction-window.ts';
import { ofFeature, single, type SignalEntry, type SignalSettings, type SignalSource } from './signal.ts';

/** PSI of the feature, else of the score, between the baseline window and the current one. */
async function measure(source: SignalSource, window: PredictionWindow, { feature, baseline }: SignalSettings) {
  if (!baseline) return single(null, 0);
  const features = feature === null ? [] : [feature];
  const before = await source.values({ ...window, ...baseline }, features);
  const after = await source.values(window, features, before);
  const drift = psiBetween(before.features[0] ?? before.score, after.features[0] ?? after.score);
  return ofFeature(feature, single(drift.psi, Math.min(drift.n, drift.m)));
}

export const SCORE_PSI: SignalEntry = {
  description: 'PSI of the score between the baseline window and the current one.',
  needs: { feature: false, baseline: true, rows: true },
  measure,
};

export const FEATURE_PSI: SignalEntry = {
  description: 'PSI of one feature between the baseline window and the current one.',
  needs: { feature: true, baseline: true, rows: true },
  measure,
};
