import type { DenseLayer, TreeNode } from '../../core/onnx/write-tabular.ts';
import { writeDense, writeTrees } from '../../core/onnx/write-tabular.ts';

/** One row in and what a plain computation in float64 says comes out; names are those of the model. */
export interface GoldenRow {
  readonly inputs: { readonly features: readonly number[] };
  readonly outputs: { readonly score: readonly [number] };
}

/** Takes `features` float32 [rows, width], gives `score` float32 [rows, 1]. */
export interface TestModel {
  readonly bytes: Uint8Array;
  readonly golden: readonly GoldenRow[];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const relu = (x: number): number => Math.max(0, x);
const ACTIVATION = { Relu: relu, Sigmoid: sigmoid, Tanh: Math.tanh };

/** Rows that vary and repeat: quarters, which float32 holds exactly, zeros and negatives among them. */
function rowsOf(features: number, count = 8): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: features }, (__, i) => (((row * 7 + i * 5 + row * i * 3) % 17) - 8) / 4),
  );
}

const model = (bytes: Uint8Array, features: number, score: (row: readonly number[]) => number): TestModel => ({
  bytes,
  golden: rowsOf(features).map((row) => ({ inputs: { features: row }, outputs: { score: [score(row)] } })),
});

export interface LogisticSpec {
  readonly features: number;
  readonly weights: readonly number[];
  readonly bias: number;
  readonly metadataProps?: Readonly<Record<string, string>>;
}

/** Gemm and Sigmoid. */
export function logisticModel({ weights, bias, ...head }: LogisticSpec): TestModel {
  return mlpModel({ ...head, layers: [{ weights: weights.map((w) => [w]), bias: [bias], activation: 'Sigmoid' }] });
}

const forward = (row: readonly number[], { weights, bias, activation }: DenseLayer): number[] =>
  bias.map((b, to) => {
    const sum = row.reduce((total, x, from) => total + x * weights[from]![to]!, b);
    return activation ? ACTIVATION[activation](sum) : sum;
  });

/** Dense layers, one after another; the last has one unit. */
export function mlpModel(spec: { features: number; layers: readonly DenseLayer[] }): TestModel {
  return model(writeDense(spec), spec.features, (row) => spec.layers.reduce<readonly number[]>(forward, row)[0]!);
}

/** TreeEnsembleRegressor, and Sigmoid unless told otherwise. */
export function treeModel(spec: {
  features: number;
  trees: readonly TreeNode[];
  base?: number;
  sigmoid?: boolean;
}): TestModel {
  const { base = 0, sigmoid: link = true } = spec;
  return model(writeTrees({ ...spec, base, sigmoid: link }), spec.features, (row) => {
    const margin = spec.trees.reduce((sum, tree) => sum + leafOf(tree, row), base);
    return link ? sigmoid(margin) : margin;
  });
}

/** Splits compare in float32, as the runtime does. */
export function leafOf(tree: TreeNode, row: readonly number[]): number {
  let node = tree;
  while ('feature' in node) {
    const x = Math.fround(row[node.feature]!);
    const yes = Number.isNaN(x) ? node.missingToYes === true : x <= Math.fround(node.threshold);
    node = yes ? node.yes : node.no;
  }
  return node.value;
}
