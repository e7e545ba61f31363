import type { OnnxNode } from '../onnx/read-graph.ts';
import type { ConstantTensor } from '../onnx/read-tensor.ts';
import { labelsOf } from './labels.ts';
import type { LinearModel } from './linear-model.ts';
import { choiceOf, refuse, refuseStrangers } from './refuse.ts';
import { POST_TRANSFORMS } from './tree-ensemble.ts';

/** LinearRegressor. */
export function compileLinearRegressor(node: OnnxNode): LinearModel {
  refuseStrangers(node, ['coefficients', 'intercepts', 'post_transform', 'targets']);
  const targets = Number(node.attributes.int('targets') ?? 1n);
  const intercepts = node.attributes.floats('intercepts');
  return {
    ...weightsOf(node, targets),
    // Those of another number are not used.
    intercepts: intercepts.length === targets ? intercepts : null,
    postTransform: choiceOf(node, 'post_transform', POST_TRANSFORMS, 'NONE'),
    classifier: null,
  };
}

/** LinearClassifier. */
export function compileLinearClassifier(node: OnnxNode): LinearModel {
  // multi_class says how it was trained, and changes nothing.
  const known = [
    'coefficients',
    'intercepts',
    'post_transform',
    'multi_class',
    'classlabels_strings',
    'classlabels_ints',
  ];
  refuseStrangers(node, known);
  const intercepts = node.attributes.floats('intercepts');
  const labels = labelsOf(node, 'classlabels_ints');
  const classes = labels.values.length;
  const isBinary = intercepts.length === 1 && classes === 2;
  if (!isBinary && (classes < 2 || intercepts.length !== classes))
    throw refuse(node, `it has ${intercepts.length} intercepts for ${classes} class labels`);
  const postTransform = choiceOf(node, 'post_transform', POST_TRANSFORMS, 'NONE');
  // ONNX Runtime leaves the second score unset, and answers with what its memory happens to hold.
  if (isBinary && postTransform === 'PROBIT') throw refuse(node, 'post_transform is PROBIT for two classes');
  return { ...weightsOf(node, intercepts.length), intercepts, postTransform, classifier: { labels } };
}

function weightsOf(node: OnnxNode, targets: number): Pick<LinearModel, 'features' | 'targets' | 'weights'> {
  const weights = node.attributes.floats('coefficients');
  if (!(targets >= 1) || weights.length === 0 || weights.length % targets !== 0)
    throw refuse(node, `it has ${weights.length} coefficients for ${targets} targets`);
  return { features: weights.length / targets, targets, weights };
}

/** Gemm, or MatMul, by constant weights: a dense layer. Undefined for what is none. */
export function compileDense(
  node: OnnxNode,
  weights: ConstantTensor | undefined,
  bias: ConstantTensor | undefined,
): LinearModel {
  refuseStrangers(node, node.operator === 'Gemm' ? ['alpha', 'beta', 'transA', 'transB'] : []);
  const flag = (name: string): boolean => (node.attributes.int(name) ?? 0n) !== 0n;
  for (const name of ['alpha', 'beta'] as const) {
    if ((node.attributes.float(name) ?? 1) !== 1)
      throw refuse(node, `${name} is ${node.attributes.float(name)}, and must be 1`);
  }
  if (flag('transA')) throw refuse(node, 'transA is 1, and must be 0');
  if (!weights || weights.shape.length !== 2 || !isFloats(weights.data))
    throw refuse(node, 'what it multiplies by must be a constant matrix of floats');
  const [rows = 0, columns = 0] = weights.shape;
  const isByTarget = flag('transB');
  const [targets, features] = isByTarget ? [rows, columns] : [columns, rows];
  if (bias && !(isFloats(bias.data) && isOnePerTarget(bias, targets)))
    throw refuse(node, `what it adds must be ${targets} constant floats`);
  return {
    features,
    targets,
    weights: isByTarget ? weights.data : transposed(weights.data, rows, columns),
    intercepts: bias && isFloats(bias.data) ? bias.data : null,
    postTransform: 'NONE',
    classifier: null,
  };
}

const isFloats = (data: ConstantTensor['data']): data is Float32Array => data instanceof Float32Array;

const isOnePerTarget = ({ shape }: ConstantTensor, targets: number): boolean =>
  shape.length > 0 && shape.length <= 2 && shape.at(-1) === targets && (shape.length === 1 || shape[0] === 1);

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = data.slice();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column] ?? NaN;
  }
  return turned;
}
