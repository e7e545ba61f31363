import { NODE, RIGHT, THRESHOLD, type PackedTrees } from '../packed-trees.ts';
import { leafOf, type Floats, type TreeEnsemble } from '../tree-ensemble.ts';

/** Where the leaf begins that a row, whose features begin at `from`, reaches. */
export type FindLeaf = (root: number, row: Floats, from: number) => number;

/** The way of a row through packed trees; through others, node by node as the file has them. */
export function leafFinder(trees: TreeEnsemble, packed: PackedTrees | null): FindLeaf {
  if (!packed) return (root, row, from) => leafOf(trees, root, row.subarray(from, from + trees.features));
  const { nodes, floats, doubles, missingLeft } = packed;
  if (trees.precision === 'float32' && !missingLeft) {
    return (root, row, from) => {
      let at = root;
      for (let column = nodes[at] ?? -1; column >= 0; column = nodes[at] ?? -1) {
        at = nodes[at + RIGHT - Number((row[from + column] ?? NaN) <= (floats[at + THRESHOLD] ?? NaN))] ?? -1;
      }
      return at;
    };
  }
  const thresholds = trees.precision === 'float64' ? doubles : floats.filter((_, i) => i % NODE === THRESHOLD);
  const missing = missingLeft ?? new Uint8Array(thresholds.length);
  return (root, row, from) => {
    let at = root;
    for (let column = nodes[at] ?? -1; column >= 0; column = nodes[at] ?? -1) {
      const value = row[from + column] ?? NaN;
      const isLeft = value <= (thresholds[at / NODE] ?? NaN) || (Number.isNaN(value) && missing[at / NODE] === 1);
      at = nodes[at + RIGHT - Number(isLeft)] ?? -1;
    }
    return at;
  };
}
