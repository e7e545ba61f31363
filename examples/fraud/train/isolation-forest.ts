import type { TreeNode } from '../../../core/onnx/write-tabular.ts';
import { random, rowOf, sampleRows, type Matrix } from '../../shared/train/matrix.ts';

export interface ForestOptions {
  readonly trees: number;
  /** Rows that each tree is grown on. */
  readonly sample: number;
  readonly seed: number;
}

export const FOREST: ForestOptions = { trees: 64, sample: 128, seed: 1 };

/**
 * An isolation forest (Liu, Ting & Zhou 2008): trees that split at random until rows stand alone. What is unusual stands
 * alone early. Leaves hold the path's length; labels are not looked at.
 */
export function growForest(matrix: Matrix, { trees, sample, seed }: ForestOptions): readonly TreeNode[] {
  const most = Math.ceil(Math.log2(sample));
  return Array.from({ length: trees }, (_none, tree) => {
    const rows = Array.from(sampleRows(matrix.rows, sample, seed * 1_000 + tree), (row) => rowOf(matrix, row));
    return grow(rows, matrix.columns.length, most, 0, random(seed * 7_919 + tree));
  });
}

function grow(rows: readonly Float32Array[], width: number, most: number, depth: number, next: () => number): TreeNode {
  const split = depth < most ? randomSplit(rows, width, next) : undefined;
  if (!split) return { value: depth + averagePath(rows.length) };
  const { feature, threshold } = split;
  const isYes = (row: Float32Array): boolean => (row[feature] ?? 0) <= threshold;
  return {
    feature,
    threshold,
    yes: grow(rows.filter(isYes), width, most, depth + 1, next),
    no: grow(
      rows.filter((row) => !isYes(row)),
      width,
      most,
      depth + 1,
      next,
    ),
  };
}

/** A column that differs in these rows, cut at random between its least and its greatest; undefined where none does. */
function randomSplit(
  rows: readonly Float32Array[],
  width: number,
  next: () => number,
): { readonly feature: number; readonly threshold: number } | undefined {
  const able = Array.from({ length: width }, (_none, feature) => {
    const values = rows.map((row) => row[feature] ?? 0);
    return { feature, least: Math.min(...values), greatest: Math.max(...values) };
  }).filter(({ least, greatest }) => least < greatest);
  const chosen = able[Math.floor(able.length * next())];
  if (!chosen) return undefined;
  const { feature, least, greatest } = chosen;
  const threshold = Math.fround(least + (greatest - least) * next());
  // Rounding may reach the greatest, and then nothing would be split.
  return { feature, threshold: threshold < greatest ? threshold : least };
}

const EULER = 0.577_215_664_9;

/** c(n): the average path of a search among n rows that is not grown to its end (equation 1 of the paper). */
export function averagePath(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (Math.log(rows - 1) + EULER) - (2 * (rows - 1)) / rows;
}

/** The mean length of a row's paths: short where it is unusual. */
export function meanPath(trees: readonly TreeNode[], row: ArrayLike<number>): number {
  return trees.reduce((sum, tree) => sum + leafOf(tree, row), 0) / trees.length;
}

export function leafOf(tree: TreeNode, row: ArrayLike<number>): number {
  let node = tree;
  while ('feature' in node) node = (row[node.feature] ?? Number.NaN) <= node.threshold ? node.yes : node.no;
  return node.value;
}
