import type { ModelSpec, NodeSpec, TensorSpec } from './write-model.ts';
import { writeModel } from './write-model.ts';

/** Dense layer of `weights[input][output]`, the order in which Gemm multiplies. */
export interface DenseLayer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly activation?: 'Relu' | 'Sigmoid' | 'Tanh';
}

/** A split sends a row to `yes` where feature ≤ threshold; NaN goes to `no` unless `missingToYes`. */
export type TreeNode =
  | { readonly value: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly missingToYes?: boolean;
      readonly yes: TreeNode;
      readonly no: TreeNode;
    };

export interface TabularModel {
  /** Width of the one input, `features`: float32 [rows, features]. The one output is `score`: float32 [rows, 1]. */
  readonly features: number;
  readonly metadataProps?: Readonly<Record<string, string>>;
}

const write = (
  model: TabularModel,
  nodes: readonly NodeSpec[],
  initializers: readonly TensorSpec[] = [],
): Uint8Array => {
  const spec: ModelSpec = {
    nodes,
    initializers,
    inputs: [{ name: 'features', dtype: 'float32', shape: [-1, model.features] }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
  };
  return writeModel(model.metadataProps ? { ...spec, metadataProps: model.metadataProps } : spec);
};

/** A chain of dense layers, each with its activation: logistic regression is one layer with Sigmoid. */
export function writeDense(model: TabularModel & { readonly layers: readonly DenseLayer[] }): Uint8Array {
  const nodes: NodeSpec[] = [];
  const initializers: TensorSpec[] = [];
  const last = model.layers.length - 1;
  let from = 'features';
  model.layers.forEach(({ weights, bias, activation }, i) => {
    const to = i === last ? 'score' : `layer_${i}`;
    const sum = activation ? `sum_${i}` : to;
    const shape = [weights.length, bias.length];
    initializers.push({ name: `weights_${i}`, dtype: 'float32', shape, data: weights.flat() });
    initializers.push({ name: `bias_${i}`, dtype: 'float32', shape: [bias.length], data: bias });
    nodes.push({ op: 'Gemm', inputs: [from, `weights_${i}`, `bias_${i}`], outputs: [sum] });
    if (activation) nodes.push({ op: activation, inputs: [sum], outputs: [to] });
    from = to;
  });
  return write(model, nodes, initializers);
}

/** The sum of `trees` and `base`, through a sigmoid if asked: gradient-boosted trees as trainers make them. */
export function writeTrees(
  model: TabularModel & { readonly trees: readonly TreeNode[]; readonly base: number; readonly sigmoid: boolean },
): Uint8Array {
  const sum = model.sigmoid ? 'margin' : 'score';
  const ensemble: NodeSpec = {
    op: 'TreeEnsembleRegressor',
    domain: 'ai.onnx.ml',
    inputs: ['features'],
    outputs: [sum],
    attributes: { ...flattenTrees(model.trees), base_values: { floats: [model.base] } },
  };
  return write(model, model.sigmoid ? [ensemble, { op: 'Sigmoid', inputs: [sum], outputs: ['score'] }] : [ensemble]);
}

/** Trees as the parallel lists of TreeEnsembleRegressor, nodes in preorder. */
function flattenTrees(trees: readonly TreeNode[]): NonNullable<NodeSpec['attributes']> {
  const tree: number[] = [];
  const id: number[] = [];
  const feature: number[] = [];
  const mode: string[] = [];
  const threshold: number[] = [];
  const yes: number[] = [];
  const no: number[] = [];
  const missing: number[] = [];
  const leaves: { tree: number; id: number; value: number }[] = [];
  trees.forEach((root, t) => {
    let next = 0;
    const add = (node: TreeNode): number => {
      const own = next++;
      const at = id.push(own) - 1;
      tree.push(t);
      const split = 'feature' in node;
      mode.push(split ? 'BRANCH_LEQ' : 'LEAF');
      feature.push(split ? node.feature : 0);
      threshold.push(split ? node.threshold : 0);
      missing.push(split && node.missingToYes ? 1 : 0);
      yes.push(0);
      no.push(0);
      if (split) {
        yes[at] = add(node.yes);
        no[at] = add(node.no);
      } else leaves.push({ tree: t, id: own, value: node.value });
      return own;
    };
    add(root);
  });
  return {
    n_targets: { int: 1 },
    aggregate_function: { string: 'SUM' },
    post_transform: { string: 'NONE' },
    nodes_treeids: { ints: tree },
    nodes_nodeids: { ints: id },
    nodes_featureids: { ints: feature },
    nodes_modes: { strings: mode },
    nodes_values: { floats: threshold },
    nodes_truenodeids: { ints: yes },
    nodes_falsenodeids: { ints: no },
    nodes_missing_value_tracks_true: { ints: missing },
    target_treeids: { ints: leaves.map((leaf) => leaf.tree) },
    target_nodeids: { ints: leaves.map((leaf) => leaf.id) },
    target_ids: { ints: leaves.map(() => 0) },
    target_weights: { floats: leaves.map((leaf) => leaf.value) },
  };
}
