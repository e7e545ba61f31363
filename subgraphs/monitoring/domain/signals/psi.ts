import { psiBetween } from '../quality/drift.ts';
import { SCORE_NAME } from '../quality/profile.ts';
import { psiBetweenProfiles } from '../quality/profile-drift.ts';
import type { PredictionWindow } from '../prediction-window.ts';
import { ofFeature, single, type SignalEntry, type SignalSettings, type SignalSource } from './signal.ts';

/** PSI of the feature, else of the score, between the baseline window and the current one. */
async function measure(source: SignalSource, window: PredictionWindow, { feature, baseline }: SignalSettings) {
  if (!baseline) return single(null, 0);
  const reference = { ...window, ...baseline };
  const drift = (await counted(source, reference, window, feature)) ?? (await read(source, reference, window, feature));
  return ofFeature(feature, single(drift.psi, Math.min(drift.n, drift.m)));
}

async function counted(
  source: SignalSource,
  reference: PredictionWindow,
  current: PredictionWindow,
  feature: string | null,
) {
  // An input may be called so too.
  if (feature === SCORE_NAME) return null;
  const before = await source.profile(reference, feature ?? SCORE_NAME);
  const after = before && (await source.profile(current, feature ?? SCORE_NAME));
  return before && after && psiBetweenProfiles(before, after);
}

async function read(
  source: SignalSource,
  reference: PredictionWindow,
  current: PredictionWindow,
  feature: string | null,
) {
  const features = feature === null ? [] : [feature];
  const before = await source.values(reference, features);
  const after = await source.values(current, features, before);
  return psiBetween(before.features[0] ?? before.score, after.features[0] ?? after.score);
}

const HOW =
  'between the baseline window and the current one. From profiles where nodes counted just the stored answers of both: each number then stands for one of 256 bins, at four decades within 4 % of it.';

export const SCORE_PSI: SignalEntry = {
  description: `PSI of the score ${HOW}`,
  needs: { feature: false, baseline: true, rows: true },
  measure,
};

export const FEATURE_PSI: SignalEntry = {
  description: `PSI of one feature ${HOW}`,
  needs: { feature: true, baseline: true, rows: true },
  measure,
};
