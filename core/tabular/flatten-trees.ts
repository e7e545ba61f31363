import type { OnnxNode } from '../onnx/read-graph.ts';
import { refuse } from './refuse.ts';
import { SPLIT_MODES, type Floats, type MemberSet, type SplitMode, type TreeEnsemble } from './tree-ensemble.ts';

/** Nodes as a file lists them: by position, in any order. */
export interface ListedNodes {
  readonly count: number;
  /** Null for a leaf. */
  readonly mode: (node: number) => SplitMode | null;
  readonly feature: (node: number) => number;
  readonly threshold: (node: number) => number;
  readonly missingToYes: (node: number) => boolean;
  readonly members: (node: number) => readonly number[];
  /** Positions of the nodes below, for one that splits. */
  readonly yes: (node: number) => number;
  readonly no: (node: number) => number;
  /** What a leaf adds: pairs of target and weight. */
  readonly weights: (leaf: number) => readonly (readonly [target: number, weight: number])[];
}

type Flat = Pick<
  TreeEnsemble,
  | 'roots'
  | 'features'
  | 'feature'
  | 'mode'
  | 'threshold'
  | 'members'
  | 'yes'
  | 'no'
  | 'missingToYes'
  | 'target'
  | 'weight'
>;

/**
 * Lays trees out in preorder: what follows a node that splits is its `yes`, which is what a processor reads ahead. Refuses
 * what is no tree, and leaves without a weight, or with one for a target that there is not.
 */
export function flattenTrees(
  node: OnnxNode,
  listed: ListedNodes,
  {
    roots,
    precision,
    targets,
  }: { readonly roots: readonly number[]; readonly precision: TreeEnsemble['precision']; readonly targets: number },
): Flat {
  const floats = (length: number | readonly number[]): Floats =>
    typeof length === 'number'
      ? new { float32: Float32Array, float64: Float64Array }[precision](length)
      : { float32: Float32Array, float64: Float64Array }[precision].from(length);
  const isSeen = new Uint8Array(listed.count);
  const order: number[] = [];
  const no: number[] = [];
  const waiting: { readonly at: number; readonly above: number }[] = [];
  const rootsAt = roots.map((root) => {
    waiting.push({ at: root, above: -1 });
    const start = order.length;
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (!(next.at >= 0 && next.at < listed.count))
        throw refuse(node, `a node leads to node ${next.at}, which there is not`);
      const own = order.push(next.at) - 1;
      no.push(0);
      if (next.above >= 0) no[next.above] = own;
      if (listed.mode(next.at) === null) continue;
      if (isSeen[next.at]) throw refuse(node, `node ${next.at} is reached in two ways: its trees are none`);
      isSeen[next.at] = 1;
      waiting.push({ at: listed.no(next.at), above: own }, { at: listed.yes(next.at), above: -1 });
    }
    return start;
  });

  const count = order.length;
  const flat = {
    roots: Int32Array.from(rootsAt),
    feature: new Int32Array(count).fill(-1),
    mode: new Uint8Array(count),
    threshold: floats(count),
    members: new Map<number, MemberSet>(),
    yes: new Int32Array(count),
    no: Int32Array.from(no),
    missingToYes: new Uint8Array(count),
  };
  let features = 0;
  const target: number[] = [];
  const weight: number[] = [];
  for (const [own, from] of order.entries()) {
    const mode = listed.mode(from);
    if (mode === null) {
      flat.yes[own] = target.length;
      for (const [to, value] of weightsOf(node, listed, from, targets)) {
        target.push(to);
        weight.push(value);
      }
      flat.no[own] = target.length;
      continue;
    }
    const feature = listed.feature(from);
    if (feature < 0) throw refuse(node, `node ${from} splits by feature ${feature}`);
    features = Math.max(features, feature + 1);
    flat.feature[own] = feature;
    flat.mode[own] = SPLIT_MODES.indexOf(mode);
    flat.threshold[own] = listed.threshold(from);
    if (mode === 'MEMBER') flat.members.set(own, memberSet(node, floats(listed.members(from))));
    flat.yes[own] = own + 1;
    flat.missingToYes[own] = listed.missingToYes(from) ? 1 : 0;
  }
  return { ...flat, features, target: Int32Array.from(target), weight: floats(weight) };
}

/** Sets of these ONNX Runtime asks for one by one, and others in a table of whole numbers. */
const isSmall = (value: number): boolean => value >= 0 && value <= 30;
const isInt32 = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 31;

function memberSet(node: OnnxNode, values: Floats): MemberSet {
  const cuts = !values.every(isSmall);
  if (cuts && !values.every(isInt32))
    throw refuse(
      node,
      `membership_values holds ${values.join(', ')}: with a number outside of 0 to 30 all must be whole`,
    );
  return { values, cuts };
}

function weightsOf(node: OnnxNode, { weights }: ListedNodes, leaf: number, targets: number) {
  const own = weights(leaf);
  if (own.length === 0) throw refuse(node, `leaf ${leaf} has no weight`);
  if (targets === 1 && own.length > 1) throw refuse(node, `leaf ${leaf} has ${own.length} weights for one target`);
  const stranger = own.find(([target]) => !(target >= 0 && target < targets));
  if (stranger) throw refuse(node, `leaf ${leaf} has a weight for target ${stranger[0]} of ${targets}`);
  return own;
}
