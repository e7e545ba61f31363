import { brierScore } from '../../../core/statistics/model-quality/probability.ts';
import { rocAuc } from '../../../core/statistics/model-quality/ranking.ts';
import { type Matrix, rowOf } from './matrix.ts';

/** The probability that a flight arrives late, from one row of a matrix. */
export type Score = (row: ArrayLike<number>) => number;

export interface Quality {
  readonly auc: number;
  readonly brier: number;
}

export function scoresOf(score: Score, matrix: Matrix): number[] {
  return Array.from({ length: matrix.rows }, (_none, row) => score(rowOf(matrix, row)));
}

export function qualityOf(labels: Uint8Array, scores: readonly number[]): Quality {
  const given = Array.from(labels);
  const auc = rocAuc(given, scores);
  const brier = brierScore(given, scores);
  if (auc === null || brier === null) throw new Error('a sample holds flights of one kind only: nothing can be judged');
  return { auc, brier };
}
