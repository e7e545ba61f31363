import { requireLabelled } from './labels.ts';

/** Rows by decision and truth: counts, or expected counts. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** As scikit-learn: a quotient whose denominator is 0 is 0. `accuracy` is null of no rows. */
export interface ConfusionQuality {
  readonly accuracy: number | null;
  readonly precision: number;
  readonly recall: number;
  readonly specificity: number;
  readonly f1: number;
  /** Matthews's correlation coefficient, −1 to 1. */
  readonly mcc: number;
}

/** Decides `score ≥ threshold` and counts. */
export function confusionAt(labels: readonly number[], scores: readonly number[], threshold: number): Confusion {
  requireLabelled(labels, scores);
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (const [row, score] of scores.entries()) {
    const positive = labels[row] === 1;
    if (score >= threshold) counts[positive ? 'truePositives' : 'falsePositives']++;
    else counts[positive ? 'falseNegatives' : 'trueNegatives']++;
  }
  return counts;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export function confusionQuality(confusion: Confusion): ConfusionQuality {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = confusion;
  const all = tp + fp + fn + tn;
  const spread = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn);
  return {
    accuracy: all === 0 ? null : (tp + tn) / all,
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    specificity: ratio(tn, tn + fp),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    mcc: ratio(tp * tn - fp * fn, spread),
  };
}
