import type { OnnxNode } from '../onnx/read-graph.ts';
import type { ConstantTensor } from '../onnx/read-tensor.ts';
import { isFloat, type ElementType } from '../tensor/element-type.ts';
import {
  castTarget,
  compileBinarizer,
  compileImputer,
  compileLabelEncoder,
  compileNormalizer,
  compileOneHot,
  compileScaler,
} from './compile-columns.ts';
import { compileDense, compileLinearClassifier, compileLinearRegressor } from './compile-linear.ts';
import type { Scope } from './compile-plan.ts';
import { compileTreeEnsemble } from './compile-trees-5.ts';
import { compileTreeClassifier, compileTreeRegressor } from './compile-trees.ts';
import { packTrees } from './pack-trees.ts';
import type { Activation, Arithmetic, PlanStep } from './plan.ts';
import { refuse, refuseStrangers } from './refuse.ts';

type Makes = Readonly<Record<string, ElementType>>;

/** What becomes of a node: a step, a constant, or another name for what is there already; and the types of what it makes. */
export type Compiled =
  | { readonly step: PlanStep; readonly makes: Makes }
  | { readonly constant: ConstantTensor; readonly makes: Makes }
  | { readonly alias: { readonly name: string; readonly of: string }; readonly makes: Makes };

type Compile = (node: OnnxNode, scope: Scope) => Compiled;

const NUMBERS: readonly ElementType[] = ['float32', 'float64', 'int64', 'int32'];
const ML = 'ai.onnx.ml';

function dtypeAmong(node: OnnxNode, scope: Scope, allowed: readonly ElementType[], input = 0): ElementType {
  const dtype = scope.dtypeOf(node, input);
  if (!allowed.includes(dtype))
    throw refuse(node, `its input is ${dtype}, and allowed are ${allowed.join(', ')}`, allowed);
  return dtype;
}

const outputOf = (node: OnnxNode, position = 0): string => {
  const name = node.outputs[position] ?? '';
  if (name === '') throw refuse(node, `it does not give its output ${position}`);
  return name;
};

type OneToOne = Extract<PlanStep, { readonly input: string; readonly output: string }>;
type WithoutEnds<Step> = Step extends OneToOne ? Omit<Step, 'input' | 'output'> : never;

/** A step from the first input to the first output. */
function oneToOne(node: OnnxNode, scope: Scope, dtype: ElementType, step: WithoutEnds<OneToOne>): Compiled {
  const output = outputOf(node);
  return { step: { ...step, input: scope.valueOf(node, 0), output }, makes: { [output]: dtype } };
}

const treeRegressor: Compile = (node, scope) => {
  const precision = dtypeAmong(node, scope, ['float32', 'float64']) as 'float32' | 'float64';
  const trees =
    node.operator === `${ML}.TreeEnsemble`
      ? compileTreeEnsemble(node, precision)
      : compileTreeRegressor(node, precision);
  const scores = outputOf(node);
  return {
    step: { kind: 'TREES', input: scope.valueOf(node, 0), scores, label: null, trees, packed: packTrees(trees) },
    makes: { [scores]: trees.scores },
  };
};

const treeClassifier: Compile = (node, scope) => {
  const dtype = dtypeAmong(node, scope, NUMBERS);
  const trees = compileTreeClassifier(node, dtype === 'float64' ? dtype : 'float32');
  const [label, scores] = [node.outputs[0] || null, outputOf(node, 1)];
  const made = label === null || !trees.classifier ? {} : { [label]: trees.classifier.labels.dtype };
  return {
    step: { kind: 'TREES', input: scope.valueOf(node, 0), scores, label, trees, packed: packTrees(trees) },
    makes: { ...made, [scores]: 'float32' },
  };
};

const linearRegressor: Compile = (node, scope) => {
  dtypeAmong(node, scope, ['float32']);
  const scores = outputOf(node);
  const model = compileLinearRegressor(node);
  return {
    step: { kind: 'LINEAR', input: scope.valueOf(node, 0), scores, label: null, model },
    makes: { [scores]: 'float32' },
  };
};

const linearClassifier: Compile = (node, scope) => {
  dtypeAmong(node, scope, NUMBERS);
  const model = compileLinearClassifier(node);
  const [label, scores] = [node.outputs[0] || null, outputOf(node, 1)];
  const made = label === null || !model.classifier ? {} : { [label]: model.classifier.labels.dtype };
  return {
    step: { kind: 'LINEAR', input: scope.valueOf(node, 0), scores, label, model },
    makes: { ...made, [scores]: 'float32' },
  };
};

const dense: Compile = (node, scope) => {
  // Of doubles ONNX Runtime adds up the products in another order.
  const dtype = dtypeAmong(node, scope, ['float32']);
  if ((node.inputs[2] ?? '') !== '' && !scope.constantOf(node, 2)) throw refuse(node, 'what it adds must be constant');
  const model = compileDense(node, scope.constantOf(node, 1), scope.constantOf(node, 2));
  const scores = outputOf(node);
  return {
    step: { kind: 'LINEAR', input: scope.valueOf(node, 0), scores, label: null, model },
    makes: { [scores]: dtype },
  };
};

const arithmetic: Compile = (node, scope) => {
  refuseStrangers(node, []);
  const dtype = dtypeAmong(node, scope, ['float32', 'float64']);
  if (scope.dtypeOf(node, 1) !== dtype) throw refuse(node, `its inputs are ${dtype} and ${scope.dtypeOf(node, 1)}`);
  const output = outputOf(node);
  const [left, right] = [scope.valueOf(node, 0), scope.valueOf(node, 1)];
  return {
    step: { kind: 'ARITHMETIC', operation: node.operator as Arithmetic, left, right, output },
    makes: { [output]: dtype },
  };
};

const activation: Compile = (node, scope) => {
  refuseStrangers(node, []);
  const dtype = dtypeAmong(node, scope, ['float32']);
  return oneToOne(node, scope, dtype, { kind: 'ACTIVATION', activation: node.operator as Activation });
};

const softmax: Compile = (node, scope) => {
  refuseStrangers(node, ['axis']);
  const dtype = dtypeAmong(node, scope, ['float32']);
  const andBehind = (scope.opsets['ai.onnx'] ?? 0) < 13;
  const axis = Number(node.attributes.int('axis') ?? (andBehind ? 1n : -1n));
  return oneToOne(node, scope, dtype, { kind: 'SOFTMAX', isLog: node.operator === 'LogSoftmax', axis, andBehind });
};

const concat: Compile = (node, scope) => {
  refuseStrangers(node, ['axis']);
  const dtype = scope.dtypeOf(node, 0);
  const inputs = node.inputs.map((_, i) => {
    if (scope.dtypeOf(node, i) !== dtype) throw refuse(node, `its inputs are ${dtype} and ${scope.dtypeOf(node, i)}`);
    return scope.valueOf(node, i);
  });
  const output = outputOf(node);
  const axis = Number(node.attributes.int('axis') ?? 1n);
  return { step: { kind: 'CONCAT', inputs, output, axis }, makes: { [output]: dtype } };
};

const CASTS: readonly ElementType[] = ['float32', 'float64', 'int32', 'int64', 'bool', 'string'];

const cast: Compile = (node, scope) => {
  const from = dtypeAmong(node, scope, CASTS);
  const to = castTarget(node, CASTS);
  if (from === to) return alias(node, scope);
  // How floats are written differs between runtimes.
  if (isFloat(from) && to === 'string') throw refuse(node, `it casts ${from} to string`);
  return oneToOne(node, scope, to, { kind: 'CAST', to });
};

const alias: Compile = (node, scope) => {
  const name = outputOf(node);
  return { alias: { name, of: scope.valueOf(node, 0) }, makes: { [name]: scope.dtypeOf(node, 0) } };
};

const identity: Compile = (node, scope) => {
  refuseStrangers(node, []);
  return alias(node, scope);
};

const constant: Compile = (node) => {
  refuseStrangers(node, ['value']);
  const value = node.attributes.tensor('value');
  if (!value) throw refuse(node, 'it has no value');
  const name = outputOf(node);
  return { constant: { ...value, name }, makes: { [name]: value.dtype } };
};

/** The whole numbers of a constant input. */
function integersAt(node: OnnxNode, scope: Scope, input: number): readonly number[] {
  const found = scope.constantOf(node, input);
  if (found?.dtype !== 'int64') throw refuse(node, `its input ${input} must be constant whole numbers`);
  return [...found.data].map(Number);
}

const reshape: Compile = (node, scope) => {
  refuseStrangers(node, ['allowzero']);
  if ((node.attributes.int('allowzero') ?? 0n) !== 0n) throw refuse(node, 'allowzero is 1, and must be 0');
  return oneToOne(node, scope, scope.dtypeOf(node, 0), { kind: 'RESHAPE', shape: integersAt(node, scope, 1) });
};

const squeeze: Compile = (node, scope) => {
  refuseStrangers(node, ['axes']);
  const listed = node.attributes.ints('axes').map(Number);
  const axes = (node.inputs[1] ?? '') === '' ? (listed.length > 0 ? listed : null) : integersAt(node, scope, 1);
  return oneToOne(node, scope, scope.dtypeOf(node, 0), { kind: 'SQUEEZE', axes });
};

const flatten: Compile = (node, scope) => {
  refuseStrangers(node, ['axis']);
  const axis = Number(node.attributes.int('axis') ?? 1n);
  return oneToOne(node, scope, scope.dtypeOf(node, 0), { kind: 'FLATTEN', axis });
};

const extract: Compile = (node, scope) => {
  refuseStrangers(node, []);
  const columns = Int32Array.from(integersAt(node, scope, 1));
  if (columns.length === 0 || columns.some((column) => column < 0))
    throw refuse(node, `it asks for the columns [${columns.join()}]`);
  return oneToOne(node, scope, scope.dtypeOf(node, 0), { kind: 'EXTRACT', columns });
};

const OPERATORS: Readonly<Record<string, Compile>> = {
  [`${ML}.TreeEnsembleRegressor`]: treeRegressor,
  [`${ML}.TreeEnsembleClassifier`]: treeClassifier,
  [`${ML}.TreeEnsemble`]: treeRegressor,
  [`${ML}.LinearRegressor`]: linearRegressor,
  [`${ML}.LinearClassifier`]: linearClassifier,
  [`${ML}.Scaler`]: (node, scope) => {
    dtypeAmong(node, scope, NUMBERS);
    return oneToOne(node, scope, 'float32', compileScaler(node));
  },
  [`${ML}.Imputer`]: (node, scope) => {
    const dtype = dtypeAmong(node, scope, ['float32', 'int64']);
    return oneToOne(node, scope, dtype, compileImputer(node, dtype));
  },
  [`${ML}.Normalizer`]: (node, scope) => {
    dtypeAmong(node, scope, NUMBERS);
    return oneToOne(node, scope, 'float32', compileNormalizer(node));
  },
  [`${ML}.Binarizer`]: (node, scope) => {
    dtypeAmong(node, scope, ['float32']);
    return oneToOne(node, scope, 'float32', compileBinarizer(node));
  },
  [`${ML}.OneHotEncoder`]: (node, scope) => {
    const dtype = dtypeAmong(node, scope, ['string', 'int64', 'float32', 'float64']);
    return oneToOne(node, scope, 'float32', compileOneHot(node, dtype));
  },
  [`${ML}.LabelEncoder`]: (node, scope) => {
    const encoder = compileLabelEncoder(node, scope.opsets[ML] ?? 1, scope.dtypeOf(node, 0));
    return oneToOne(node, scope, encoder.to, encoder);
  },
  [`${ML}.ArrayFeatureExtractor`]: extract,
  Gemm: dense,
  MatMul: dense,
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Relu: activation,
  Sigmoid: activation,
  Tanh: activation,
  Softmax: softmax,
  LogSoftmax: softmax,
  Concat: concat,
  Cast: cast,
  Identity: identity,
  Constant: constant,
  Reshape: reshape,
  Squeeze: squeeze,
  Flatten: flatten,
};

/** The operators that the tabular engine knows. */
export const KNOWN_OPERATORS: readonly string[] = Object.keys(OPERATORS);

/** Throws INVALID_INPUT that names what of the node is not known. */
export function compileNode(node: OnnxNode, scope: Scope): Compiled {
  const compile = Object.hasOwn(OPERATORS, node.operator) ? OPERATORS[node.operator] : undefined;
  if (!compile) throw refuse(node, 'the operator is not known', KNOWN_OPERATORS);
  return compile(node, scope);
}
