import { isLeaf, nextNode, type TreeEnsemble } from '../tabular/tree-ensemble.ts';

/** What each node of some trees gives on average over its leaves, for one target. */
export type Expectations = Float64Array;

/** Trees whose sum can be taken apart, by what each node is expected to give. */
export interface ExplainedTrees {
  readonly trees: TreeEnsemble;
  readonly expected: Expectations;
  /** What a row is expected to get of all trees together, and of the base. */
  readonly base: number;
  /** 1, or of an average the share of one tree. */
  readonly share: number;
}

/**
 * Prepares trees for one target. An ONNX file says nowhere how many rows came to a node, so that each leaf counts the same.
 * Answers why trees cannot be taken apart where they cannot.
 */
export function explainTrees(
  trees: TreeEnsemble,
  target: number,
  baseValue: number,
): ExplainedTrees | { readonly why: string } {
  const { aggregate, roots } = trees;
  if (aggregate === 'MIN' || aggregate === 'MAX') return { why: `its trees are not added: their ${aggregate} counts` };
  const expected = expectations(trees, target);
  const share = aggregate === 'AVERAGE' ? 1 / roots.length : 1;
  let base = baseValue;
  for (const root of roots) base += (expected[root] ?? NaN) * share;
  if (!Number.isFinite(base)) return { why: 'a leaf of its trees is no finite number' };
  return { trees, expected, base, share };
}

/** Children stand behind their node, so that one way back through the list suffices. */
function expectations(trees: TreeEnsemble, target: number): Expectations {
  const { feature, yes, no } = trees;
  const expected = new Float64Array(feature.length);
  const leaves = new Float64Array(feature.length);
  for (let node = feature.length - 1; node >= 0; node--) {
    if (isLeaf(trees, node)) {
      leaves[node] = 1;
      expected[node] = leafValue(trees, node, target);
      continue;
    }
    const [left, right] = [yes[node] ?? -1, no[node] ?? -1];
    const [onLeft, onRight] = [leaves[left] ?? NaN, leaves[right] ?? NaN];
    leaves[node] = onLeft + onRight;
    expected[node] = ((expected[left] ?? NaN) * onLeft + (expected[right] ?? NaN) * onRight) / (onLeft + onRight);
  }
  return expected;
}

function leafValue({ yes, no, target: targets, weight }: TreeEnsemble, leaf: number, target: number): number {
  let value = 0;
  for (let i = yes[leaf] ?? 0; i < (no[leaf] ?? 0); i++) {
    if (targets[i] === target) value += weight[i] ?? NaN;
  }
  return value;
}

/**
 * Adds to `parts` what each column of a row contributes: each step down a tree, from what its node is expected to give to
 * what the next one is, is the doing of the column that it splits by.
 */
export function addTreeParts(
  { trees, expected, share }: ExplainedTrees,
  row: ArrayLike<number>,
  parts: Float64Array,
): void {
  for (const root of trees.roots) {
    let node = root;
    while (!isLeaf(trees, node)) {
      const next = nextNode(trees, node, row);
      const column = trees.feature[node] ?? -1;
      parts[column] = (parts[column] ?? 0) + ((expected[next] ?? NaN) - (expected[node] ?? NaN)) * share;
      node = next;
    }
  }
}
