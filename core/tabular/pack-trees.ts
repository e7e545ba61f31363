import { LEFT, NODE, RIGHT, THRESHOLD, type PackedTrees } from './packed-trees.ts';
import { isLeaf, SPLIT_MODES, type TreeEnsemble } from './tree-ensemble.ts';

/** `<` is `≤` the number below, and `>` and `≥` are those with their ways exchanged. Null for trees that split otherwise. */
export function packTrees(trees: TreeEnsemble): PackedTrees | null {
  const count = trees.feature.length;
  const nodes = new Int32Array(count * NODE);
  const floats = new Float32Array(nodes.buffer);
  const doubles = new Float64Array(trees.precision === 'float64' ? count : 0);
  const missingLeft = new Uint8Array(count);
  const [first, last] = [new Int32Array(count), new Int32Array(count)];
  const waiting: { readonly node: number; readonly above: number }[] = [];
  let next = 0;
  const roots = trees.roots.map((root) => {
    const start = next * NODE;
    waiting.push({ node: root, above: -1 });
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const own = next++;
      const at = own * NODE;
      if (one.above >= 0) nodes[one.above + RIGHT] = at;
      const split = isLeaf(trees, one.node) ? leafAs(trees, one.node) : asAtMost(trees, one.node);
      if (!split) return -1;
      nodes[at] = trees.feature[one.node] ?? -1;
      if (trees.precision === 'float64') doubles[own] = split.threshold;
      else floats[at + THRESHOLD] = split.threshold;
      if ('weight' in split) {
        first[own] = trees.yes[one.node] ?? 0;
        last[own] = trees.no[one.node] ?? 0;
        continue;
      }
      nodes[at + LEFT] = at + NODE;
      missingLeft[own] = split.missingLeft ? 1 : 0;
      waiting.push({ node: split.right, above: at }, { node: split.left, above: -1 });
    }
    return start;
  });
  if (roots.includes(-1)) return null;
  return { roots, nodes, floats, doubles, missingLeft: missingLeft.includes(1) ? missingLeft : null, first, last };
}

const leafAs = (trees: TreeEnsemble, node: number): { readonly threshold: number; readonly weight: true } => ({
  threshold: trees.weight[trees.yes[node] ?? 0] ?? NaN,
  weight: true,
});

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
