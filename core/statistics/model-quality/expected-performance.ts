import { sum } from '../counts.ts';
import type { Confusion } from './confusion.ts';
import { requireProbabilities, scoreGroups } from './labels.ts';
import { aucOfGroups } from './ranking.ts';

/** Performance that calibrated probabilities promise before labels arrive. */
export interface ExpectedPerformance {
  /** Expected counts: confusionQuality takes them like counted ones. */
  readonly confusion: Confusion;
  /** Tie-aware; `null` where one class is impossible. */
  readonly rocAuc: number | null;
}

/**
 * Confidence-based performance estimation: each row is positive with its calibrated probability p, so TP = Σ_{p≥t} p,
 * FP = Σ_{p≥t}(1−p), FN = Σ_{p<t} p, TN = Σ_{p<t}(1−p). Assumes calibration holds and no concept drift.
 */
export function expectedPerformance(probabilities: readonly number[], threshold: number): ExpectedPerformance {
  requireProbabilities(
    probabilities.map(() => 0),
    probabilities,
  );
  const above = probabilities.filter((p) => p >= threshold);
  const below = probabilities.filter((p) => p < threshold);
  return {
    confusion: {
      truePositives: sum(above),
      falsePositives: sum(above.map((p) => 1 - p)),
      falseNegatives: sum(below),
      trueNegatives: sum(below.map((p) => 1 - p)),
    },
    rocAuc: aucOfGroups(scoreGroups(probabilities, (row) => probabilities[row] ?? 0)),
  };
}
