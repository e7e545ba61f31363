import { twoSidedZ } from '../distributions/normal.ts';
import type { Interval } from '../interval.ts';

/**
 * Interval of an area under the ROC curve by Hanley and McNeil (1982), inside [0, 1]: the variance that two exponential score
 * distributions of this area would have. `null` unless both classes occur.
 */
export function aucInterval(auc: number, positives: number, negatives: number, confidence = 0.95): Interval | null {
  if (positives === 0 || negatives === 0) return null;
  const bothAbove = auc / (2 - auc);
  const aboveBoth = (2 * auc * auc) / (1 + auc);
  const spread =
    auc * (1 - auc) + (positives - 1) * (bothAbove - auc * auc) + (negatives - 1) * (aboveBoth - auc * auc);
  const margin = twoSidedZ(confidence) * Math.sqrt(Math.max(0, spread) / (positives * negatives));
  return { lower: Math.max(0, auc - margin), upper: Math.min(1, auc + margin) };
}
