import { twoSidedZ } from '../../../../core/statistics/distributions/normal.ts';
import { around, type Interval } from '../../../../core/statistics/interval.ts';
import { regressionQuality, type RegressionQuality } from '../../../../core/statistics/model-quality/regression.ts';
import type { WindowCounts } from './performance.ts';

/** Predicted numbers and what became of them; arrays run in step. */
export interface ScoredValues {
  readonly scores: readonly number[];
  readonly values: readonly number[];
}

export interface RegressionFigures extends WindowCounts {
  /** Pairs that were used: fewer than `labelled` where a large window was sampled. */
  readonly used: number;
  /** Null without outcomes. */
  readonly quality: RegressionQuality | null;
  /** Average of score minus outcome: above 0 the model says too much. Null without outcomes. */
  readonly meanError: number | null;
  /** 95 % interval of the average error; null below two outcomes. */
  readonly meanErrorInterval: Interval | null;
}

export function regressionOf(counts: WindowCounts, { scores, values }: ScoredValues): RegressionFigures {
  const n = scores.length;
  const errors = scores.map((score, row) => score - (values[row] ?? Number.NaN));
  const mean = n === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / n;
  const spread = mean === null ? 0 : errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (n - 1);
  return {
    ...counts,
    used: n,
    quality: regressionQuality(values, scores),
    meanError: mean,
    meanErrorInterval: mean === null || n < 2 ? null : around(mean, twoSidedZ(0.95) * Math.sqrt(spread / n)),
  };
}
