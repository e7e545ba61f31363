import { single, type SignalEntry } from './signal.ts';

const needs = { feature: false, baseline: false, rows: true } as const;

export const BRIER: SignalEntry = {
  description: 'Brier score of the predictions that have an outcome.',
  needs,
  measure: async (source, window) => {
    const { brier, used } = await source.figures(window);
    return single(brier, used);
  },
};

export const AUC: SignalEntry = {
  description: 'Area under the ROC curve of the predictions that have an outcome.',
  needs,
  measure: async (source, window) => {
    const { auc, used } = await source.figures(window);
    return single(auc, used);
  },
};
