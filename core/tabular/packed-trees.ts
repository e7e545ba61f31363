/** Numbers that a node takes: its feature, its threshold, and where the way goes on to the left and to the right. */
export const NODE = 4;
export const THRESHOLD = 1;
export const LEFT = 2;
export const RIGHT = 3;

/**
 * Trees laid out for the processor: nodes in preorder, all numbers of one next to each other, and each split a single `≤`. Which
 * way it goes is a number to add and no branch, since which of two ways a row takes cannot be foreseen.
 */
export interface PackedTrees {
  /** Where the roots begin in `nodes`. */
  readonly roots: Int32Array;
  /** Feature, threshold, left and right of each node; the feature of a leaf is -1, and its threshold the first of its weights. */
  readonly nodes: Int32Array;
  /** The thresholds in `nodes`, as float32. */
  readonly floats: Float32Array;
  /** By node: the thresholds as float64, where they are; else empty. */
  readonly doubles: Float64Array;
  /** By node: 1 where NaN goes left; null where it never does. */
  readonly missingLeft: Uint8Array | null;
  /** By node: the positions of a leaf's weights. */
  readonly first: Int32Array;
  readonly last: Int32Array;
}
