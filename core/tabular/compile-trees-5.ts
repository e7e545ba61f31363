import type { OnnxNode } from '../onnx/read-graph.ts';
import { flattenTrees, type ListedNodes } from './flatten-trees.ts';
import { refuse, refuseStrangers } from './refuse.ts';
import { AGGREGATES, SPLIT_MODES, type Floats, type PostTransform, type TreeEnsemble } from './tree-ensemble.ts';

const ATTRIBUTES = [
  'aggregate_function',
  'leaf_targetids',
  'leaf_weights',
  'membership_values',
  'n_targets',
  'nodes_falseleafs',
  'nodes_falsenodeids',
  'nodes_featureids',
  // Of no effect on what comes out.
  'nodes_hitrates',
  'nodes_missing_value_tracks_true',
  'nodes_modes',
  'nodes_splits',
  'nodes_trueleafs',
  'nodes_truenodeids',
  'post_transform',
  'tree_roots',
];

/** As ONNX Runtime numbers them: the text of the standard has 1 and 2 the other way round. */
const NUMBERED_TRANSFORMS: readonly PostTransform[] = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];

/** TreeEnsemble, which `ai.onnx.ml` has since opset 5: leaves are listed apart from nodes that split. */
export function compileTreeEnsemble(node: OnnxNode, precision: TreeEnsemble['precision']): TreeEnsemble {
  refuseStrangers(node, ATTRIBUTES);
  const { attributes } = node;
  const targets = Number(attributes.int('n_targets') ?? 0n);
  if (targets < 1) throw refuse(node, `n_targets is ${targets}, and must be 1 or more`);
  const { roots, listed } = listedNodes(node, precision);
  return {
    precision,
    scores: precision,
    targets,
    aggregate: byNumber(node, 'aggregate_function', AGGREGATES, 1),
    postTransform: byNumber(node, 'post_transform', NUMBERED_TRANSFORMS, 0),
    baseValues: new Float32Array(),
    classifier: null,
    ...flattenTrees(node, listed, { roots, precision, targets }),
  };
}

function byNumber<T extends string>(node: OnnxNode, attribute: string, allowed: readonly T[], byDefault: number): T {
  const number = node.attributes.int(attribute) ?? BigInt(byDefault);
  const found = allowed[Number(number)];
  if (found === undefined) throw refuse(node, `${attribute} is ${number}, and allowed are 0 to ${allowed.length - 1}`);
  return found;
}

/** Leaves stand behind the nodes that split. */
function listedNodes(
  node: OnnxNode,
  precision: TreeEnsemble['precision'],
): { readonly roots: readonly number[]; readonly listed: ListedNodes } {
  const ints = (name: string): Int32Array => node.attributes.int32s(name);
  const feature = ints('nodes_featureids');
  const count = feature.length;
  const sameLength = <T extends { readonly length: number }>(name: string, list: T, length = count): T => {
    if (list.length !== length) throw refuse(node, `${name} lists ${list.length} of ${length}`);
    return list;
  };
  const yes = sameLength('nodes_truenodeids', ints('nodes_truenodeids'));
  const no = sameLength('nodes_falsenodeids', ints('nodes_falsenodeids'));
  const yesLeaf = sameLength('nodes_trueleafs', ints('nodes_trueleafs'));
  const noLeaf = sameLength('nodes_falseleafs', ints('nodes_falseleafs'));
  const splits = sameLength('nodes_splits', floatsOf(node, 'nodes_splits', precision));
  const missing = ints('nodes_missing_value_tracks_true');
  const modes = sameLength('nodes_modes', modesOf(node));
  const weights = floatsOf(node, 'leaf_weights', precision);
  const targets = sameLength('leaf_targetids', ints('leaf_targetids'), weights.length);
  const members = membersOf(node, modes, precision);
  const below = (child: number | undefined, isLeaf: number | undefined): number =>
    child === undefined ? -1 : isLeaf ? count + child : child < count ? child : -1;
  return {
    roots: [...ints('tree_roots')],
    listed: {
      count: count + weights.length,
      mode: (i) => (i < count ? (SPLIT_MODES[modes[i] ?? -1] ?? null) : null),
      feature: (i) => feature[i] ?? -1,
      threshold: (i) => splits[i] ?? NaN,
      missingToYes: (i) => missing[i] === 1,
      members: (i) => members.get(i) ?? [],
      yes: (i) => below(yes[i], yesLeaf[i]),
      no: (i) => below(no[i], noLeaf[i]),
      weights: (i) => [[targets[i - count] ?? -1, weights[i - count] ?? NaN]],
    },
  };
}

function modesOf(node: OnnxNode): Uint8Array {
  const tensor = node.attributes.tensor('nodes_modes');
  if (!(tensor?.data instanceof Uint8Array)) throw refuse(node, 'nodes_modes is no tensor of uint8');
  const stranger = tensor.data.find((mode) => mode >= SPLIT_MODES.length);
  if (stranger !== undefined) throw refuse(node, `nodes_modes holds ${stranger}, and allowed are 0 to 6`);
  return tensor.data;
}

function floatsOf(node: OnnxNode, name: string, precision: TreeEnsemble['precision']): Floats {
  const tensor = node.attributes.tensor(name);
  if (!tensor) return new Float32Array();
  if (tensor.dtype !== precision || !(tensor.data instanceof Float32Array || tensor.data instanceof Float64Array))
    throw refuse(node, `${name} is ${tensor.dtype}, and its input ${precision}`);
  return tensor.data;
}

/** The sets of all nodes that ask for one, in the order of the nodes, each ended by NaN. */
function membersOf(
  node: OnnxNode,
  modes: Uint8Array,
  precision: TreeEnsemble['precision'],
): ReadonlyMap<number, readonly number[]> {
  const values = floatsOf(node, 'membership_values', precision);
  const sets = new Map<number, readonly number[]>();
  let at = 0;
  for (const [i, mode] of modes.entries()) {
    if (SPLIT_MODES[mode] !== 'MEMBER') continue;
    const own: number[] = [];
    while (at < values.length && !Number.isNaN(values[at])) own.push(values[at++] ?? NaN);
    at++;
    if (own.length === 0) throw refuse(node, `node ${i} asks for a member of no set`);
    sets.set(i, own);
  }
  return sets;
}
