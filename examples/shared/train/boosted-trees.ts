import { writeTrees, type TreeNode } from '../../../core/onnx/write-tabular.ts';
import { binColumn, type BinnedColumn } from './histogram-bins.ts';
import type { Matrix } from './matrix.ts';

export interface BoostingOptions {
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  /** L2 on leaf values: λ of XGBoost (Chen & Guestrin 2016, eq. 5). */
  readonly lambda: number;
  /** Smallest sum of second derivatives in a leaf. */
  readonly minChildWeight: number;
}

export const BOOSTING: BoostingOptions = { trees: 60, depth: 4, learningRate: 0.15, lambda: 1, minChildWeight: 20 };

export interface BoostedTrees {
  readonly trees: readonly TreeNode[];
  /** Log-odds before any tree. */
  readonly base: number;
}

const sigmoid = (margin: number): number => 1 / (1 + Math.exp(-margin));

/**
 * Gradient-boosted trees for a 0/1 label by log loss, grown level by level on histograms. The same input gives the same
 * trees. `grown` hears of each.
 */
export function trainBoostedTrees(
  matrix: Matrix,
  options: BoostingOptions = BOOSTING,
  grown: () => void = () => {},
): BoostedTrees {
  const columns = matrix.columns.map(binColumn);
  const positives = matrix.labels.reduce((sum, label) => sum + label, 0);
  const base = Math.log(Math.max(positives, 0.5) / Math.max(matrix.rows - positives, 0.5));
  const margins = new Float64Array(matrix.rows).fill(base);
  const gradients = new Float64Array(matrix.rows);
  const hessians = new Float64Array(matrix.rows);
  const all = Int32Array.from({ length: matrix.rows }, (_none, row) => row);
  const trees: TreeNode[] = [];
  for (let tree = 0; tree < options.trees; tree++) {
    for (let row = 0; row < matrix.rows; row++) {
      const probability = sigmoid(margins[row] ?? 0);
      gradients[row] = probability - (matrix.labels[row] ?? 0);
      hessians[row] = probability * (1 - probability);
    }
    trees.push(grow({ columns, gradients, hessians, margins, options }, all, options.depth));
    grown();
  }
  return { trees, base };
}

interface Growth {
  readonly columns: readonly BinnedColumn[];
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly margins: Float64Array;
  readonly options: BoostingOptions;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  /** Rows in bins up to this one go to `yes`. */
  readonly bin: number;
  readonly missingToYes: boolean;
}

/** Grows one node over these rows and, in its leaves, moves their margins. */
function grow(growth: Growth, rows: Int32Array, depth: number): TreeNode {
  const { columns, margins, options } = growth;
  const split = depth === 0 ? undefined : bestSplit(growth, rows);
  const column = split && columns[split.feature];
  if (!split || !column) {
    const { g, h } = totals(growth, rows);
    const value = Math.fround((-options.learningRate * g) / (h + options.lambda));
    for (const row of rows) margins[row] = (margins[row] ?? 0) + value;
    return { value };
  }
  const toYes = (row: number): boolean => {
    const bin = column.bins[row] ?? 0;
    return bin === 0 ? split.missingToYes : bin <= split.bin;
  };
  return {
    feature: split.feature,
    threshold: column.edges[split.bin - 1] ?? 0,
    missingToYes: split.missingToYes,
    yes: grow(growth, rows.filter(toYes), depth - 1),
    no: grow(
      growth,
      rows.filter((row) => !toYes(row)),
      depth - 1,
    ),
  };
}

function totals({ gradients, hessians }: Growth, rows: Int32Array): { g: number; h: number } {
  let [g, h] = [0, 0];
  for (const row of rows) {
    g += gradients[row] ?? 0;
    h += hessians[row] ?? 0;
  }
  return { g, h };
}

/** The split with the largest gain (XGBoost's eq. 7), missing values tried on either side; undefined when none helps. */
function bestSplit(growth: Growth, rows: Int32Array): Split | undefined {
  const { columns, gradients, hessians, options } = growth;
  const { g: allG, h: allH } = totals(growth, rows);
  const score = (g: number, h: number): number => (g * g) / (h + options.lambda);
  let best: Split | undefined;
  columns.forEach(({ bins, edges }, feature) => {
    const sums = new Float64Array(2 * (edges.length + 2));
    for (const row of rows) {
      const bin = 2 * (bins[row] ?? 0);
      sums[bin] = (sums[bin] ?? 0) + (gradients[row] ?? 0);
      sums[bin + 1] = (sums[bin + 1] ?? 0) + (hessians[row] ?? 0);
    }
    const [missingG = 0, missingH = 0] = sums;
    for (const missingToYes of missingH > 0 ? [false, true] : [false]) {
      let [g, h] = missingToYes ? [missingG, missingH] : [0, 0];
      for (let bin = 1; bin <= edges.length; bin++) {
        g += sums[2 * bin] ?? 0;
        h += sums[2 * bin + 1] ?? 0;
        if (h < options.minChildWeight || allH - h < options.minChildWeight) continue;
        const gain = score(g, h) + score(allG - g, allH - h) - score(allG, allH);
        if (gain > (best?.gain ?? 1e-6)) best = { gain, feature, bin, missingToYes };
      }
    }
  });
  return best;
}

/** The probability as an ONNX Runtime computes it: float32 sums in the order of the trees, the base value last. */
export function scoreBoostedTrees({ trees, base }: BoostedTrees, row: ArrayLike<number>): number {
  let sum = 0;
  for (const tree of trees) sum = Math.fround(sum + leafOf(tree, row));
  return Math.fround(sigmoid(Math.fround(sum + Math.fround(base))));
}

function leafOf(tree: TreeNode, row: ArrayLike<number>): number {
  let node = tree;
  while ('feature' in node) {
    const value = row[node.feature] ?? NaN;
    const yes = Number.isNaN(value) ? node.missingToYes === true : value <= node.threshold;
    node = yes ? node.yes : node.no;
  }
  return node.value;
}

export const boostedTreesToOnnx = (model: BoostedTrees, features: number): Uint8Array =>
  writeTrees({ features, trees: model.trees, base: model.base, sigmoid: true });
