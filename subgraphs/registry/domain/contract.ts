import { DomainError } from '../../../core/errors.ts';
import type { ContractValue, ModelContract } from '../../../core/onnx/contract.ts';
import type { Contract, TensorSpec } from '../../../schema/release.ts';

/** Element types that ONNX Runtime Web can be given and gives back. */
export const SERVABLE_DTYPES = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'bool',
  'string',
] as const;

/** The tensors of a model as releases carry them. Throws INVALID_INPUT for what no node could pass or read. */
export function servedContract({ inputs, outputs }: Pick<ModelContract, 'inputs' | 'outputs'>): Contract {
  if (inputs.length === 0) throw unservable('it takes no input');
  return {
    inputs: inputs.map((value) => tensorOf(value, 'input')),
    outputs: outputs.map((value) => tensorOf(value, 'output')),
  };
}

function tensorOf({ name, dtype, shape }: ContractValue, side: 'input' | 'output'): TensorSpec {
  if (!(SERVABLE_DTYPES as readonly string[]).includes(dtype)) {
    throw unservable(`its ${side} "${name}" is ${dtype}`, { allowed: SERVABLE_DTYPES });
  }
  if (shape === null) throw unservable(`its ${side} "${name}" does not say how many dimensions it has`);
  return { name, dtype, shape: [...shape] };
}

const unservable = (why: string, details: Readonly<Record<string, unknown>> = {}): DomainError =>
  new DomainError('INVALID_INPUT', `the model cannot be served: ${why}`, { field: 'artifact', ...details });
