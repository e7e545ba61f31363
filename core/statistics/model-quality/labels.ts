import { invalid, requireFinite, requireSameLength } from '../check.ts';
import { sorted } from '../quantile.ts';

/** Throws unless labels are 0 or 1 and there is one finite score for each. */
export function requireLabelled(labels: readonly number[], scores: readonly number[]): void {
  requireSameLength('labels and scores', labels, scores);
  requireFinite('scores', scores);
  const at = labels.findIndex((label) => label !== 0 && label !== 1);
  if (at >= 0) throw invalid(`labels[${at}]`, `is ${labels[at]}; allowed: 0 or 1`);
}

/** The same for probabilities, which lie in [0, 1]. */
export function requireProbabilities(labels: readonly number[], probabilities: readonly number[]): void {
  requireLabelled(labels, probabilities);
  const at = probabilities.findIndex((p) => p < 0 || p > 1);
  if (at >= 0) throw invalid(`scores[${at}]`, `is ${probabilities[at]}; allowed: 0 to 1`);
}

/** Positives and negatives that share one score: counts, or sums of probability. */
export interface ScoreGroup {
  readonly score: number;
  readonly positive: number;
  readonly negative: number;
}

/** Groups of equal scores, highest score first; `positiveOf` says how much of each row is positive. */
export function scoreGroups(scores: readonly number[], positiveOf: (row: number) => number): ScoreGroup[] {
  const groups = new Map<number, { score: number; positive: number; negative: number }>();
  for (const score of sorted(new Set(scores)).toReversed()) groups.set(score, { score, positive: 0, negative: 0 });
  for (const [row, score] of scores.entries()) {
    const group = groups.get(score);
    if (!group) continue;
    group.positive += positiveOf(row);
    group.negative += 1 - positiveOf(row);
  }
  return [...groups.values()];
}
