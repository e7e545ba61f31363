import { requireSameBins } from '../counts.ts';
import { requireLabelled, type ScoreGroup, scoreGroups } from './labels.ts';

/** P(a positive scores above a negative) + half the ties, over groups from the highest score down. */
export function aucOfGroups(groups: readonly Pick<ScoreGroup, 'positive' | 'negative'>[]): number | null {
  let [above, positives, negatives] = [0, 0, 0];
  for (const { positive, negative } of groups) {
    above += negative * (positives + positive / 2);
    positives += positive;
    negatives += negative;
  }
  return positives > 0 && negatives > 0 ? above / positives / negatives : null;
}

/** Area under the ROC curve with ties counted half, as scikit-learn; `null` unless both classes occur. */
export function rocAuc(labels: readonly number[], scores: readonly number[]): number | null {
  requireLabelled(labels, scores);
  return aucOfGroups(scoreGroups(scores, (row) => labels[row] ?? 0));
}

/**
 * The same from counts of positives and negatives per score bin, lowest bin first, which is what profiles carry:
 * scores in one bin count as ties, so that it differs from the raw one by at most half the pairs that share a bin.
 */
export function rocAucFromCounts(positives: readonly number[], negatives: readonly number[]): number | null {
  requireSameBins(positives, negatives);
  return aucOfGroups(positives.map((positive, bin) => ({ positive, negative: negatives[bin] ?? 0 })).toReversed());
}

/** Average precision Σ(Rᵢ−Rᵢ₋₁)Pᵢ over distinct thresholds, as scikit-learn; `null` without positives. */
export function averagePrecision(labels: readonly number[], scores: readonly number[]): number | null {
  requireLabelled(labels, scores);
  let [area, hits, seen] = [0, 0, 0];
  for (const { positive, negative } of scoreGroups(scores, (row) => labels[row] ?? 0)) {
    hits += positive;
    seen += positive + negative;
    area += positive * (hits / seen);
  }
  return hits > 0 ? area / hits : null;
}

/** Largest distance of the score distributions of positives and negatives; `null` unless both classes occur. */
export function ksScore(labels: readonly number[], scores: readonly number[]): number | null {
  requireLabelled(labels, scores);
  const positives = labels.reduce((total, label) => total + label, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let [hits, alarms, largest] = [0, 0, 0];
  for (const { positive, negative } of scoreGroups(scores, (row) => labels[row] ?? 0)) {
    hits += positive;
    alarms += negative;
    largest = Math.max(largest, Math.abs(hits / positives - alarms / negatives));
  }
  return largest;
}
