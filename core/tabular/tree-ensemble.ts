/** How a split compares the feature with its threshold; MEMBER asks whether the feature is one of a set. */
export const SPLIT_MODES = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ', 'MEMBER'] as const;
export type SplitMode = (typeof SPLIT_MODES)[number];

export const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export const POST_TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'] as const;
export type PostTransform = (typeof POST_TRANSFORMS)[number];

/** The labels of a classifier, in the order of its classes. */
export type ClassLabels =
  | { readonly dtype: 'int64'; readonly values: readonly bigint[] }
  | { readonly dtype: 'string'; readonly values: readonly string[] };

export type Floats = Float32Array | Float64Array;

/**
 * Trees as flat lists. A node is a position in them; a tree is the position of its root. What a tree gives is the sum of
 * its leaf's weights, by target.
 *
 * Of a node that splits: `feature[node]` is compared with `threshold[node]` as `SPLIT_MODES[mode[node]]` says; where that
 * holds the way goes to `yes[node]`, else to `no[node]`. A feature that is NaN goes to `yes` where `missingToYes[node]` is 1.
 *
 * Of a leaf `feature[node]` is -1, and its weights are `weight[i]` for the target `target[i]`, with i from `yes[node]` to
 * before `no[node]`.
 */
export interface TreeEnsemble {
  /** Of comparisons and sums: `float64` for inputs that are. */
  readonly precision: 'float32' | 'float64';
  /** The type of the scores that come out. */
  readonly scores: 'float32' | 'float64';
  /** How many features the widest split asks for. */
  readonly features: number;
  /** How many numbers come out for a row: targets, or classes. */
  readonly targets: number;
  readonly aggregate: Aggregate;
  readonly postTransform: PostTransform;
  /** One for each target, one for all, or none. */
  readonly baseValues: Floats;
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly mode: Uint8Array;
  readonly threshold: Floats;
  /** The sets of MEMBER, by node. */
  readonly members: ReadonlyMap<number, MemberSet>;
  readonly yes: Int32Array;
  readonly no: Int32Array;
  readonly missingToYes: Uint8Array;
  readonly target: Int32Array;
  readonly weight: Floats;
  readonly classifier: TreeClassifier | null;
}

export interface MemberSet {
  readonly values: Floats;
  /** Whether a feature is cut to a whole number, NaN to zero, before it is looked for: as ONNX Runtime does with some sets. */
  readonly cuts: boolean;
}

/** What makes a classifier of trees. */
export interface TreeClassifier {
  readonly labels: ClassLabels;
  /** Two classes, and weights for one of them alone: the other one's score follows from it. */
  readonly isBinary: boolean;
  readonly weightsArePositive: boolean;
}

export const isLeaf = ({ feature }: TreeEnsemble, node: number): boolean => (feature[node] ?? -1) < 0;

/** Where the way goes from a node that splits. `row` is the list of features, as float32 where the trees are. */
export function nextNode(trees: TreeEnsemble, node: number, row: ArrayLike<number>): number {
  const value = row[trees.feature[node] ?? -1] ?? NaN;
  return splits(trees, node, value) || (trees.missingToYes[node] === 1 && Number.isNaN(value))
    ? (trees.yes[node] ?? -1)
    : (trees.no[node] ?? -1);
}

const COMPARE: Readonly<Record<Exclude<SplitMode, 'MEMBER'>, (value: number, bound: number) => boolean>> = {
  LEQ: (value, bound) => value <= bound,
  LT: (value, bound) => value < bound,
  GTE: (value, bound) => value >= bound,
  GT: (value, bound) => value > bound,
  EQ: (value, bound) => value === bound,
  NEQ: (value, bound) => value !== bound,
};

function splits({ mode, threshold, members }: TreeEnsemble, node: number, value: number): boolean {
  const how = SPLIT_MODES[mode[node] ?? -1];
  if (how === undefined) throw new RangeError(`node ${node} does not split`);
  if (how === 'MEMBER') return isMember(members.get(node), value);
  return COMPARE[how](value, threshold[node] ?? NaN);
}

function isMember(set: MemberSet | undefined, value: number): boolean {
  if (!set) return false;
  return set.values.includes(set.cuts ? (Number.isNaN(value) ? 0 : Math.trunc(value)) : value);
}

/** The leaf that a row reaches from the root of a tree. */
export function leafOf(trees: TreeEnsemble, root: number, row: ArrayLike<number>): number {
  let node = root;
  while (!isLeaf(trees, node)) node = nextNode(trees, node, row);
  return node;
}
