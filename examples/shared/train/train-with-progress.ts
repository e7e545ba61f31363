import { Progress, type ProgressOutput } from '../progress.ts';
import { BOOSTING, scoreBoostedTrees, trainBoostedTrees, type BoostedTrees } from './boosted-trees.ts';
import type { Score } from './judged.ts';
import type { Matrix } from './matrix.ts';

/** Trains boosted trees and tells of each tree. */
export function trainWithProgress(label: string, matrix: Matrix, output: ProgressOutput): BoostedTrees {
  const progress = new Progress({ label: `train ${label}`, total: BOOSTING.trees, unit: 'trees' }, output);
  const model = trainBoostedTrees(matrix, BOOSTING, () => progress.advance(1));
  progress.finish();
  return model;
}

export const scoreOf =
  (model: BoostedTrees): Score =>
  (row) =>
    scoreBoostedTrees(model, row);
