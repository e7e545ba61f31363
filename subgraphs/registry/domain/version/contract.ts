import { DomainError } from '../../../../core/errors.ts';
import type { ContractValue } from '../../../../core/onnx/contract.ts';
import { ELEMENT_TYPES, isElementType } from '../../../../core/tensor/element-type.ts';
import type { TensorSpec, TensorValue } from '../../../../schema/release.ts';

/** The inputs of a model as releases carry them. Throws INVALID_INPUT for what no node could pass. */
export function servedInputs(inputs: readonly ContractValue[]): TensorSpec[] {
  if (inputs.length === 0) throw unservable('it takes no input');
  return inputs.map(({ name, dtype, shape }) => {
    if (shape === null) throw unservable(`its input "${name}" does not say how many dimensions it has`);
    return servable({ name, dtype, shape: [...shape] }, 'input');
  });
}

/**
 * The outputs of a model as releases carry them. Some files do not declare type or shape of an output: then `known`
 * tells, from a run. Throws INVALID_INPUT for what no node could read.
 */
export function servedOutputs(outputs: readonly ContractValue[], known: readonly TensorSpec[]): TensorSpec[] {
  return outputs.map(({ name, dtype, shape }) => {
    const declared = known.find((spec) => spec.name === name);
    if (dtype === 'undeclared' && declared) return servable(declared, 'output');
    const whole = shape ?? declared?.shape;
    if (!whole) throw unservable(`its output "${name}" does not say how many dimensions it has`);
    return servable({ name, dtype, shape: [...whole] }, 'output');
  });
}

/** What a run tells of an output: its first dimension is the batch. */
export const specOf = ({ name, dtype, shape }: TensorValue): TensorSpec => ({
  name,
  dtype,
  shape: shape.map((size, axis) => (axis === 0 ? -1 : size)),
});

function servable(spec: TensorSpec, side: 'input' | 'output'): TensorSpec {
  if (isElementType(spec.dtype)) return spec;
  throw unservable(`its ${side} "${spec.name}" is ${spec.dtype}`, { allowed: ELEMENT_TYPES });
}

const unservable = (why: string, details: Readonly<Record<string, unknown>> = {}): DomainError =>
  new DomainError('INVALID_INPUT', `artifact: the model cannot be served: ${why}`, { field: 'artifact', ...details });
