import { isLeaf, leafOf, SPLIT_MODES, type Floats, type TreeEnsemble } from '../tree-ensemble.ts';

/** Where the leaf is that a row, whose features begin at `from`, reaches in each tree. */
export interface PackedTrees {
  readonly roots: Int32Array;
  /** The position of a leaf in `weight`s: `first` to before `last`. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** The weight of a leaf that has one alone. */
  readonly only: Floats;
  leaf(root: number, row: Floats, from: number): number;
}

/**
 * The same trees for the processor: in preorder, each split a single `≤` with a list for each thing that it reads. `<` is `≤` the
 * number below, and `>` and `≥` are those with their ways exchanged. Trees that split otherwise are walked as they are.
 */
export function packTrees(trees: TreeEnsemble): PackedTrees {
  const count = trees.feature.length;
  const floats = { float32: Float32Array, float64: Float64Array }[trees.precision];
  const packed = {
    roots: new Int32Array(trees.roots.length),
    feature: new Int32Array(count).fill(-1),
    threshold: new floats(count),
    right: new Int32Array(count),
    missingLeft: new Uint8Array(count),
    first: new Int32Array(count),
    last: new Int32Array(count),
    only: new floats(count),
  };
  let next = 0;
  const waiting: { readonly node: number; readonly above: number }[] = [];
  for (const [tree, root] of trees.roots.entries()) {
    packed.roots[tree] = next;
    waiting.push({ node: root, above: -1 });
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const own = next++;
      if (one.above >= 0) packed.right[one.above] = own;
      if (isLeaf(trees, one.node)) {
        packed.first[own] = trees.yes[one.node] ?? 0;
        packed.last[own] = trees.no[one.node] ?? 0;
        packed.only[own] = trees.weight[packed.first[own] ?? 0] ?? NaN;
        continue;
      }
      const split = asAtMost(trees, one.node);
      if (!split) return walked(trees);
      packed.feature[own] = trees.feature[one.node] ?? -1;
      packed.threshold[own] = split.threshold;
      packed.missingLeft[own] = split.missingLeft ? 1 : 0;
      waiting.push({ node: split.right, above: own }, { node: split.left, above: -1 });
    }
  }
  const { feature, threshold, right, missingLeft, ...rest } = packed;
  return {
    ...rest,
    leaf: missingLeft.includes(1)
      ? (root, row, from) => {
          let node = root;
          for (;;) {
            const column = feature[node] ?? -1;
            if (column < 0) return node;
            const value = row[from + column] ?? NaN;
            node =
              value <= (threshold[node] ?? NaN) || (missingLeft[node] === 1 && Number.isNaN(value))
                ? node + 1
                : (right[node] ?? -1);
          }
        }
      : (root, row, from) => {
          let node = root;
          for (;;) {
            const column = feature[node] ?? -1;
            if (column < 0) return node;
            node = (row[from + column] ?? NaN) <= (threshold[node] ?? NaN) ? node + 1 : (right[node] ?? -1);
          }
        },
  };
}

interface AtMost {
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
  /** Where NaN goes. */
  readonly missingLeft: boolean;
}

function asAtMost(trees: TreeEnsemble, node: number): AtMost | undefined {
  const threshold = trees.threshold[node] ?? NaN;
  const [yes, no] = [trees.yes[node] ?? -1, trees.no[node] ?? -1];
  const missing = trees.missingToYes[node] === 1;
  const mode = SPLIT_MODES[trees.mode[node] ?? -1];
  if (Number.isNaN(threshold)) return undefined;
  if (mode === 'LEQ') return { threshold, left: yes, right: no, missingLeft: missing };
  if (mode === 'GT') return { threshold, left: no, right: yes, missingLeft: !missing };
  const below = numberBelow(threshold, trees.precision);
  if (mode === 'LT') return { threshold: below, left: yes, right: no, missingLeft: missing };
  if (mode === 'GTE') return { threshold: below, left: no, right: yes, missingLeft: !missing };
  return undefined;
}

const view = new DataView(new ArrayBuffer(8));

/** The number next to one, below it; NaN for minus infinity: nothing is at most that. */
function numberBelow(value: number, precision: TreeEnsemble['precision']): number {
  if (value === -Infinity) return NaN;
  if (precision === 'float32') {
    if (value === 0) return -1.401298464324817e-45;
    view.setFloat32(0, value);
    view.setInt32(0, view.getInt32(0) + (value > 0 ? -1 : 1));
    return view.getFloat32(0);
  }
  if (value === 0) return -5e-324;
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
}

/** Trees that compare for equality: few, and not worth a layout. */
function walked(trees: TreeEnsemble): PackedTrees {
  const only = trees.threshold.slice();
  for (const [node, feature] of trees.feature.entries()) {
    if (feature < 0) only[node] = trees.weight[trees.yes[node] ?? 0] ?? NaN;
  }
  return {
    roots: trees.roots,
    first: trees.yes,
    last: trees.no,
    only,
    leaf: (root, row, from) => leafOf(trees, root, row.subarray(from, from + trees.features)),
  };
}
