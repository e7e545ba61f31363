import { sum } from '../counts.ts';
import { twoSidedZ } from '../distributions/normal.ts';
import { around, type Interval } from '../interval.ts';
import { aucInterval } from './auc-interval.ts';
import { requireProbabilities, scoreGroups } from './labels.ts';
import { aucOfGroups } from './ranking.ts';

/** A figure that was not measured, and where the measured one would lie by chance. */
export interface Estimated {
  readonly value: number;
  readonly interval: Interval;
}

export interface EstimatedQuality {
  readonly baseRate: Estimated;
  /** `null` where one class is impossible. */
  readonly auc: Estimated | null;
  readonly brier: Estimated;
  readonly logLoss: Estimated;
}

const LEAST = 1e-15;

/**
 * Confidence-based performance estimation of scores whose true chances are known by calibration: row i is positive with chance pᵢ, so the
 * expected loss is mean(pᵢ·loss(sᵢ, 1) + (1−pᵢ)·loss(sᵢ, 0)) with variance Σ pᵢ(1−pᵢ)(loss(sᵢ, 1)−loss(sᵢ, 0))²/n², and the expected area under
 * the ROC curve weighs each row as pᵢ of a positive (interval by Hanley and McNeil). Assumes that calibration holds, that labels are independent and that the
 * concept has not drifted; the interval leaves out the error of the calibration itself. `null` of no rows.
 */
export function estimatedQuality(
  scores: readonly number[],
  probabilities: readonly number[],
  confidence = 0.95,
): EstimatedQuality | null {
  requireProbabilities(
    scores.map(() => 0),
    scores,
  );
  requireProbabilities(
    scores.map(() => 0),
    probabilities,
  );
  const n = scores.length;
  if (n === 0) return null;
  const z = twoSidedZ(confidence);
  const rows = scores.map((score, row) => ({ score, p: probabilities[row] ?? 0 }));
  const expected = (loss: (score: number, label: 0 | 1) => number): Estimated => {
    const value = sum(rows.map(({ score, p }) => p * loss(score, 1) + (1 - p) * loss(score, 0))) / n;
    const variance = sum(rows.map(({ score, p }) => p * (1 - p) * (loss(score, 1) - loss(score, 0)) ** 2)) / n ** 2;
    return { value, interval: around(value, z * Math.sqrt(variance)) };
  };
  const positives = sum(probabilities);
  const auc = aucOfGroups(scoreGroups(scores, (row) => probabilities[row] ?? 0));
  const interval = auc === null ? null : aucInterval(auc, positives, n - positives, confidence);
  return {
    baseRate: expected((_, label) => label),
    auc: auc === null || interval === null ? null : { value: auc, interval },
    brier: expected((score, label) => (score - label) ** 2),
    logLoss: expected((score, label) => -Math.log(Math.max(LEAST, label === 1 ? score : 1 - score))),
  };
}
