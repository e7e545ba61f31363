import type { ElementType } from '../tensor/element-type.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { LinearModel } from './linear-model.ts';
import type { PackedTrees } from './packed-trees.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** A model as the tabular engine runs it: plain data, made once from the file. */
export interface TabularPlan {
  readonly inputs: readonly PlanInput[];
  /** The outputs of the file, in its order. */
  readonly outputs: readonly PlanOutput[];
  /** One after another; each reads what stands before it under the name it was given. */
  readonly steps: readonly PlanStep[];
  readonly constants: ReadonlyMap<string, Tensor>;
}

export interface PlanInput {
  readonly name: string;
  readonly dtype: ElementType;
  /** -1 for a free dimension; null where the file does not say. */
  readonly shape: readonly number[] | null;
}

export interface PlanOutput {
  readonly name: string;
  /** The name of the value that comes out under it. */
  readonly value: string;
}

interface OneToOne {
  readonly input: string;
  readonly output: string;
}

export interface TreeStep {
  readonly kind: 'TREES';
  readonly input: string;
  readonly scores: string;
  /** Where the class goes; null: nowhere. */
  readonly label: string | null;
  readonly trees: TreeEnsemble;
  /** The same as rows go through them; null for trees that go node by node as the file has them. */
  readonly packed: PackedTrees | null;
}

export interface LinearStep {
  readonly kind: 'LINEAR';
  readonly input: string;
  readonly scores: string;
  readonly label: string | null;
  readonly model: LinearModel;
}

/** (x - offset) * scale: one of each for all columns, or one for each. */
export interface ScaleStep extends OneToOne {
  readonly kind: 'SCALE';
  readonly offset: Float32Array;
  readonly scale: Float32Array;
}

/** Puts another value where the replaced one stands: one for all columns, or one for each. */
export interface ImputeStep extends OneToOne {
  readonly kind: 'IMPUTE';
  readonly fill:
    | { readonly dtype: 'float32'; readonly replaced: number; readonly by: Float32Array }
    | { readonly dtype: 'int64'; readonly replaced: bigint; readonly by: readonly bigint[] };
}

export const NORMS = ['MAX', 'L1', 'L2'] as const;
export type Norm = (typeof NORMS)[number];

export interface NormalizeStep extends OneToOne {
  readonly kind: 'NORMALIZE';
  readonly norm: Norm;
}

/** A value for each key, and another for all other keys. */
export interface EncodeStep extends OneToOne {
  readonly kind: 'ENCODE';
  readonly from: ElementType;
  readonly to: ElementType;
  readonly values: ReadonlyMap<number | bigint | string, number | bigint | string>;
  readonly others: number | bigint | string;
}

export interface OneHotStep extends OneToOne {
  readonly kind: 'ONE_HOT';
  /** The column of each category; numbers are cut to whole ones first. */
  readonly columns: ReadonlyMap<number | string, number>;
  readonly width: number;
  /** False: a category that is not known fails the run. */
  readonly zeros: boolean;
}

export interface BinarizeStep extends OneToOne {
  readonly kind: 'BINARIZE';
  readonly threshold: number;
}

/** Some columns of the last dimension. */
export interface ExtractStep extends OneToOne {
  readonly kind: 'EXTRACT';
  readonly columns: Int32Array;
}

export interface ConcatStep {
  readonly kind: 'CONCAT';
  readonly inputs: readonly string[];
  readonly output: string;
  readonly axis: number;
}

export interface CastStep extends OneToOne {
  readonly kind: 'CAST';
  readonly to: ElementType;
}

/** The same values in another shape: 0 keeps a dimension, -1 is what is left over. */
export interface ReshapeStep extends OneToOne {
  readonly kind: 'RESHAPE';
  readonly shape: readonly number[];
}

/** Dimensions of 1 fall away: those named, or all. */
export interface SqueezeStep extends OneToOne {
  readonly kind: 'SQUEEZE';
  readonly axes: readonly number[] | null;
}

/** To two dimensions: those before the axis, and those from it on. */
export interface FlattenStep extends OneToOne {
  readonly kind: 'FLATTEN';
  readonly axis: number;
}

export const ARITHMETIC = ['Add', 'Sub', 'Mul', 'Div'] as const;
export type Arithmetic = (typeof ARITHMETIC)[number];

export interface ArithmeticStep {
  readonly kind: 'ARITHMETIC';
  readonly operation: Arithmetic;
  readonly left: string;
  readonly right: string;
  readonly output: string;
}

export const ACTIVATIONS = ['Relu', 'Sigmoid', 'Tanh'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface ActivationStep extends OneToOne {
  readonly kind: 'ACTIVATION';
  readonly activation: Activation;
}

export interface SoftmaxStep extends OneToOne {
  readonly kind: 'SOFTMAX';
  /** The dimension that it is taken over, which must be the last; before opset 13, that one and all behind it. */
  readonly axis: number;
  readonly andBehind: boolean;
  readonly isLog: boolean;
}

export type PlanStep =
  | TreeStep
  | LinearStep
  | ScaleStep
  | ImputeStep
  | NormalizeStep
  | EncodeStep
  | OneHotStep
  | BinarizeStep
  | ExtractStep
  | ConcatStep
  | CastStep
  | ReshapeStep
  | SqueezeStep
  | FlattenStep
  | ArithmeticStep
  | ActivationStep
  | SoftmaxStep;
