import { sum } from '../../../../core/statistics/counts.ts';
import { brierScore, logLoss } from '../../../../core/statistics/model-quality/probability.ts';
import { rocAuc } from '../../../../core/statistics/model-quality/ranking.ts';
import type { TimeWindow } from '../time-window.ts';

/** An outcome of this value or more is a positive. */
export const POSITIVE_FROM = 0.5;

/** One window's scored predictions that have an outcome; arrays run in step. */
export interface LabelledScores {
  readonly scores: readonly number[];
  readonly labels: readonly (0 | 1)[];
}

export interface WindowCounts {
  /** Predictions with a score, with or without an outcome. */
  readonly predictions: number;
  /** Those with an outcome. */
  readonly labelled: number;
}

export interface PerformanceFigures extends WindowCounts {
  /** labelled / predictions; null without predictions. */
  readonly labelCoverage: number | null;
  /** Pairs that the figures are computed from: fewer than `labelled` where a large window was sampled. */
  readonly used: number;
  readonly baseRate: number | null;
  readonly meanScore: number | null;
  /** Null unless both classes occur. */
  readonly auc: number | null;
  /** Null without outcomes, or where a score lies outside 0 to 1. */
  readonly brier: number | null;
  readonly logLoss: number | null;
}

export interface PerformanceWindow extends TimeWindow, PerformanceFigures {}

const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length);

export function figuresOf(counts: WindowCounts, { scores, labels }: LabelledScores): PerformanceFigures {
  const probabilities = scores.every((score) => score >= 0 && score <= 1);
  return {
    ...counts,
    labelCoverage: counts.predictions === 0 ? null : counts.labelled / counts.predictions,
    used: scores.length,
    baseRate: mean(labels),
    meanScore: mean(scores),
    auc: rocAuc(labels, scores),
    brier: probabilities ? brierScore(labels, scores) : null,
    logLoss: probabilities ? logLoss(labels, scores) : null,
  };
}
