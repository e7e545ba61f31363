import { sum } from '../counts.ts';
import { requireProbabilities, scoreGroups } from './labels.ts';

/** Mean of (p − y)²; `null` of no rows. */
export function brierScore(labels: readonly number[], probabilities: readonly number[]): number | null {
  requireProbabilities(labels, probabilities);
  if (labels.length === 0) return null;
  return sum(labels.map((label, row) => ((probabilities[row] ?? 0) - label) ** 2)) / labels.length;
}

/** brier = reliability − resolution + uncertainty. */
export interface MurphyParts {
  /** How far forecasts are from the rate at which they come true; 0 is best. */
  readonly reliability: number;
  /** How far those rates are from the overall rate; large is best. */
  readonly resolution: number;
  /** Variance of the outcome itself. */
  readonly uncertainty: number;
}

/** Murphy's decomposition (1973) over the distinct forecast values; `null` of no rows. */
export function murphyParts(labels: readonly number[], probabilities: readonly number[]): MurphyParts | null {
  requireProbabilities(labels, probabilities);
  const n = labels.length;
  if (n === 0) return null;
  const rate = sum(labels) / n;
  const groups = scoreGroups(probabilities, (row) => labels[row] ?? 0).map(({ score, positive, negative }) => ({
    score,
    rows: positive + negative,
    seen: positive / (positive + negative),
  }));
  return {
    reliability: sum(groups.map(({ score, rows, seen }) => rows * (score - seen) ** 2)) / n,
    resolution: sum(groups.map(({ rows, seen }) => rows * (seen - rate) ** 2)) / n,
    uncertainty: rate * (1 - rate),
  };
}

/** Mean of −ln of the probability given to what happened, clipped at `epsilon` from 0 and 1; `null` of no rows. */
export function logLoss(labels: readonly number[], probabilities: readonly number[], epsilon = 1e-15): number | null {
  requireProbabilities(labels, probabilities);
  if (labels.length === 0) return null;
  const losses = labels.map((label, row) => {
    const p = Math.min(1 - epsilon, Math.max(epsilon, probabilities[row] ?? 0));
    return label === 1 ? -Math.log(p) : -Math.log1p(-p);
  });
  return sum(losses) / labels.length;
}
