/** What a rule watches, per deployment. */
export const SIGNALS = [
  'SCORE_PSI', // PSI of the score against the baseline window
  'FEATURE_PSI', // PSI of one feature against the baseline window
  'FEATURE_MISSING_RATE', // share of predictions without a present value of one feature
  'BRIER', // Brier score of the labelled predictions
  'AUC',
  'ANSWER_RATE', // stored answers per minute
  'FALLBACK_RATE', // share of answers that a fallback gave
] as const;
export type Signal = (typeof SIGNALS)[number];

export const needsFeature = (signal: Signal): boolean => signal === 'FEATURE_PSI' || signal === 'FEATURE_MISSING_RATE';
export const needsBaseline = (signal: Signal): boolean => signal === 'FEATURE_PSI' || signal === 'SCORE_PSI';

/** What a signal's window showed; `value` is null where there is too little to say. */
export interface Observation {
  readonly value: number | null;
  /** Rows behind the value. */
  readonly n: number;
}
