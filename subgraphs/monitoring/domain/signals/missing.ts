import { countOf } from '../quality/value-sample.ts';
import { ofFeature, share, type SignalEntry } from './signal.ts';

export const FEATURE_MISSING_RATE: SignalEntry = {
  description: 'Share of predictions for which one feature had no present value.',
  needs: { feature: true, baseline: false, rows: true },
  measure: async (source, window, { feature }) => {
    const { features } = await source.values(window, feature === null ? [] : [feature]);
    const statuses = features[0]?.statuses ?? {};
    const n = countOf(statuses);
    return ofFeature(feature, share(n - (statuses['PRESENT'] ?? 0), n));
  },
};
