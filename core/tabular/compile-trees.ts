import type { OnnxNode } from '../onnx/read-graph.ts';
import { flattenTrees, type ListedNodes } from './flatten-trees.ts';
import { labelsOf } from './labels.ts';
import { choiceOf, refuse, refuseStrangers } from './refuse.ts';
import {
  AGGREGATES,
  POST_TRANSFORMS,
  SPLIT_MODES,
  type Floats,
  type SplitMode,
  type TreeClassifier,
  type TreeEnsemble,
} from './tree-ensemble.ts';

const NODES = [
  'nodes_treeids',
  'nodes_nodeids',
  'nodes_featureids',
  'nodes_modes',
  'nodes_values',
  'nodes_values_as_tensor',
  'nodes_truenodeids',
  'nodes_falsenodeids',
  'nodes_missing_value_tracks_true',
  // Of no effect on what comes out.
  'nodes_hitrates',
  'nodes_hitrates_as_tensor',
];
const SCORES = ['aggregate_function', 'post_transform', 'base_values', 'base_values_as_tensor'];
const weightsBy = (what: string): string[] =>
  ['treeids', 'nodeids', 'ids', 'weights', 'weights_as_tensor'].map((name) => `${what}_${name}`);

/** TreeEnsembleRegressor. */
export function compileTreeRegressor(node: OnnxNode, precision: TreeEnsemble['precision']): TreeEnsemble {
  refuseStrangers(node, [...NODES, ...SCORES, ...weightsBy('target'), 'n_targets']);
  const targets = Number(node.attributes.int('n_targets') ?? 0n);
  if (targets < 1) throw refuse(node, `n_targets is ${targets}, and must be 1 or more`);
  return { ...ensembleOf(node, 'target', targets, precision), classifier: null };
}

/** TreeEnsembleClassifier. */
export function compileTreeClassifier(node: OnnxNode, precision: TreeEnsemble['precision']): TreeEnsemble {
  refuseStrangers(node, [...NODES, ...SCORES, ...weightsBy('class'), 'classlabels_strings', 'classlabels_int64s']);
  const labels = labelsOf(node, 'classlabels_int64s');
  const classes = labels.values.length;
  if (classes < 2) throw refuse(node, `it has ${classes} class labels, and must have 2 or more`);
  const ensemble = ensembleOf(node, 'class', classes, precision);
  const weighted = new Set(node.attributes.ints('class_ids'));
  const classifier: TreeClassifier = {
    labels,
    isBinary: classes === 2 && weighted.size === 1,
    weightsArePositive: ensemble.weight.every((weight) => !(weight < 0)),
  };
  if (classes === 2) refuseUnset(node, ensemble, classifier);
  return { ...ensemble, classifier };
}

/** ONNX Runtime leaves the second score unset here, and answers with what its memory happens to hold. */
function refuseUnset(
  node: OnnxNode,
  { postTransform, baseValues }: Omit<TreeEnsemble, 'classifier'>,
  { isBinary }: TreeClassifier,
): void {
  if (postTransform === 'PROBIT') throw refuse(node, 'post_transform is PROBIT for two classes');
  if (!isBinary && baseValues.length === 1) throw refuse(node, 'it has one base value for two classes');
}

function ensembleOf(
  node: OnnxNode,
  what: 'target' | 'class',
  targets: number,
  precision: TreeEnsemble['precision'],
): Omit<TreeEnsemble, 'classifier'> {
  const baseValues = floatsOf(node, 'base_values', precision);
  if (![0, 1, targets].includes(baseValues.length))
    throw refuse(
      node,
      `base_values lists ${baseValues.length} numbers for ${targets} ${what === 'class' ? 'classes' : 'targets'}`,
    );
  const { roots, listed } = listedNodes(node, what, precision);
  return {
    precision,
    scores: 'float32',
    targets,
    aggregate: choiceOf(node, 'aggregate_function', AGGREGATES, 'SUM'),
    postTransform: choiceOf(node, 'post_transform', POST_TRANSFORMS, 'NONE'),
    baseValues,
    ...flattenTrees(node, listed, { roots, precision, targets }),
  };
}

/** The list of an attribute, or of the one beside it that takes doubles. */
function floatsOf({ attributes, ...node }: OnnxNode, name: string, precision: TreeEnsemble['precision']): Floats {
  const floats = attributes.floats(name);
  const tensor = attributes.tensor(`${name}_as_tensor`);
  if (!tensor || tensor.data.length === 0) return precision === 'float64' ? Float64Array.from(floats) : floats;
  if (floats.length > 0) throw refuse(node, `it has ${name} and ${name}_as_tensor`);
  if (tensor.dtype !== precision || !(tensor.data instanceof Float32Array || tensor.data instanceof Float64Array))
    throw refuse(node, `${name}_as_tensor is ${tensor.dtype}, and its input ${precision}`);
  return tensor.data;
}

function listedNodes(
  node: OnnxNode,
  what: 'target' | 'class',
  precision: TreeEnsemble['precision'],
): { readonly roots: readonly number[]; readonly listed: ListedNodes } {
  const ints = (name: string): Int32Array => node.attributes.int32s(name);
  const trees = ints('nodes_treeids');
  const count = trees.length;
  const sameLength = <T extends { readonly length: number }>(name: string, list: T): T => {
    if (list.length !== count) throw refuse(node, `${name} lists ${list.length} of ${count} nodes`);
    return list;
  };
  const ids = sameLength('nodes_nodeids', ints('nodes_nodeids'));
  const feature = sameLength('nodes_featureids', ints('nodes_featureids'));
  const yes = sameLength('nodes_truenodeids', ints('nodes_truenodeids'));
  const no = sameLength('nodes_falsenodeids', ints('nodes_falsenodeids'));
  const threshold = sameLength('nodes_values', floatsOf(node, 'nodes_values', precision));
  const modes = sameLength('nodes_modes', node.attributes.texts('nodes_modes')).map((mode) => modeOf(node, mode));
  const missing = ints('nodes_missing_value_tracks_true');

  const { roots, find } = placesOf(node, trees, ids);
  const below = (children: Int32Array) => (from: number) => find(trees[from] ?? 0, children[from] ?? -1) ?? -1;
  const weights = listedWeights(node, what, precision, find);
  return {
    roots,
    listed: {
      count,
      mode: (i) => modes[i] ?? null,
      feature: (i) => feature[i] ?? -1,
      threshold: (i) => threshold[i] ?? NaN,
      missingToYes: (i) => missing[i] === 1,
      members: () => [],
      yes: below(yes),
      no: below(no),
      weights: (i) => weights.get(i) ?? [],
    },
  };
}

/** Where a node of a tree is listed. */
type Find = (tree: number, id: number) => number | undefined;

/** Beyond every id: trees and ids together make one number. */
const IDS = 2 ** 31;

/** The nodes of a tree stand together, its root first. */
function placesOf(
  node: OnnxNode,
  trees: Int32Array,
  ids: Int32Array,
): { readonly roots: readonly number[]; readonly find: Find } {
  const position = new Map<number, number>();
  const roots: number[] = [];
  const ordinals = new Map<number, number>();
  for (const [i, tree] of trees.entries()) {
    if (i === 0 || tree !== trees[i - 1]) {
      if (ordinals.has(tree)) throw refuse(node, `the nodes of tree ${tree} do not stand together`);
      ordinals.set(tree, roots.push(i) - 1);
    }
    const id = ids[i] ?? -1;
    const key = (roots.length - 1) * IDS + id;
    if (id < 0) throw refuse(node, `a node of tree ${tree} has the id ${id}`);
    if (position.has(key)) throw refuse(node, `node ${id} of tree ${tree} is there twice`);
    position.set(key, i);
  }
  const find = (tree: number, id: number): number | undefined => {
    const ordinal = ordinals.get(tree);
    return ordinal === undefined || id < 0 ? undefined : position.get(ordinal * IDS + id);
  };
  return { roots, find };
}

/** Weights by position of their leaf, in the order of the file. */
function listedWeights(
  node: OnnxNode,
  what: 'target' | 'class',
  precision: TreeEnsemble['precision'],
  find: Find,
): ReadonlyMap<number, readonly (readonly [number, number])[]> {
  const ints = (name: string): Int32Array => node.attributes.int32s(`${what}_${name}`);
  const [trees, ids, targets] = [ints('treeids'), ints('nodeids'), ints('ids')];
  const values = floatsOf(node, `${what}_weights`, precision);
  if ([ids, targets, values].some(({ length }) => length !== trees.length))
    throw refuse(node, `${what}_treeids, ${what}_nodeids, ${what}_ids and ${what}_weights are not of one length`);
  const found = new Map<number, [number, number][]>();
  for (let i = 0; i < trees.length; i++) {
    const leaf = find(trees[i] ?? 0, ids[i] ?? -1);
    if (leaf === undefined)
      throw refuse(node, `a weight is for node ${ids[i]} of tree ${trees[i]}, which there is not`);
    const own = found.get(leaf) ?? [];
    own.push([targets[i] ?? -1, values[i] ?? NaN]);
    found.set(leaf, own);
  }
  return found;
}

function modeOf(node: OnnxNode, mode: string): SplitMode | null {
  if (mode === 'LEAF') return null;
  const found = SPLIT_MODES.find((one) => one !== 'MEMBER' && mode === `BRANCH_${one}`);
  if (!found) throw refuse(node, `nodes_modes holds ${mode}`);
  return found;
}
