import { writeTrees, type TreeNode } from '../../../core/onnx/write-tabular.ts';
import type { GoldenRow } from '../../../schema/release.ts';
import { scoreBoostedTrees, trainBoostedTrees, type BoostedTrees } from '../../shared/train/boosted-trees.ts';
import { denseToOnnx, scoreDense, trainDense } from '../../shared/train/dense-network.ts';
import type { Score } from '../../shared/train/judged.ts';
import { rowOf, type Matrix } from '../../shared/train/matrix.ts';
import { COLUMNS, type ModelKind } from '../decision/fields.ts';
import { FOREST, growForest, meanPath } from './isolation-forest.ts';
import { fitPlatt } from './platt.ts';
import { SCORECARD, SCORECARD_BASE, scorecardTrees } from './scorecard.ts';

export interface FraudModel {
  readonly kind: ModelKind;
  readonly onnx: Uint8Array;
  readonly score: Score;
}

export const BOOSTING = { trees: 80, depth: 4, learningRate: 0.1, lambda: 1, minChildWeight: 2 } as const;
export const NETWORK = { hidden: [16, 8], epochs: 10, batch: 128, learningRate: 0.003, seed: 1 } as const;

/** How each learns, as the registry keeps it. */
export const LEARNERS: Readonly<Record<ModelKind, { readonly algorithm: string; readonly hyperParameters: object }>> = {
  trees: { algorithm: 'gradient-boosted-trees', hyperParameters: BOOSTING },
  network: { algorithm: 'dense-network', hyperParameters: NETWORK },
  rules: { algorithm: 'scorecard', hyperParameters: { base: SCORECARD_BASE, rules: SCORECARD } },
  forest: { algorithm: 'isolation-forest', hyperParameters: FOREST },
};

/**
 * Trains a model on rows of which honest ones were sampled at `honestShare`. What is learned there speaks of more frauds than
 * there are: the log-odds are moved by the logarithm of the share (King & Zeng 2001), so that scores are probabilities.
 */
export function trainFraudModel(kind: ModelKind, matrix: Matrix, honestShare: number): FraudModel {
  const shift = Math.log(honestShare);
  if (kind === 'trees') {
    const { trees, base } = trainBoostedTrees(matrix, BOOSTING);
    return ofTrees(kind, { trees, base: base + shift });
  }
  if (kind === 'rules') return ofTrees(kind, { trees: scorecardTrees(), base: SCORECARD_BASE });
  if (kind === 'forest') return ofTrees(kind, calibratedForest(matrix, shift));
  const layers = trainDense(matrix, NETWORK).map((layer, i, all) =>
    i === all.length - 1 ? { ...layer, bias: layer.bias.map((bias) => bias + shift) } : layer,
  );
  return { kind, onnx: denseToOnnx(layers, COLUMNS[kind].length), score: (row) => scoreDense(layers, row) };
}

const ofTrees = (kind: ModelKind, { trees, base }: BoostedTrees): FraudModel => ({
  kind,
  onnx: writeTrees({ features: COLUMNS[kind].length, trees, base, sigmoid: true }),
  score: (row) => scoreBoostedTrees({ trees, base }, row),
});

/** Path lengths are low for what is unusual, and no probabilities: a logistic line makes them so, inside the leaves. */
function calibratedForest(matrix: Matrix, shift: number): BoostedTrees {
  const trees = growForest(matrix, FOREST);
  const paths = Array.from({ length: matrix.rows }, (_none, row) => meanPath(trees, rowOf(matrix, row)));
  const { slope, intercept } = fitPlatt(paths, matrix.labels);
  return { trees: trees.map((tree) => scaled(tree, slope / trees.length)), base: intercept + shift };
}

const scaled = (node: TreeNode, factor: number): TreeNode =>
  'feature' in node
    ? { ...node, yes: scaled(node.yes, factor), no: scaled(node.no, factor) }
    : { value: Math.fround(node.value * factor) };

const GOLDEN_ROWS = 20;

/** Rows with the trainer's own answers, the frauds among them first: an engine must come to the same. */
export function goldenRowsOf({ score }: FraudModel, matrix: Matrix): GoldenRow[] {
  const rows = Array.from({ length: matrix.rows }, (_none, row) => row);
  const frauds = rows.filter((row) => matrix.labels[row] === 1).slice(0, GOLDEN_ROWS / 2);
  const honest = rows.filter((row) => matrix.labels[row] === 0).slice(0, GOLDEN_ROWS - frauds.length);
  return [...frauds, ...honest].map((at) => {
    const row = rowOf(matrix, at);
    return {
      inputs: [{ name: 'features', dtype: 'float32', shape: [1, row.length], data: Array.from(row) }],
      outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: [Math.fround(score(row))] }],
    };
  });
}
