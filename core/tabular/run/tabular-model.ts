import { DomainError } from '../../errors.ts';
import type { Tensor, TensorMap } from '../../tensor/tensor.ts';
import type { PlanInput, TabularPlan } from '../plan.ts';
import { kernelOf } from './kernel-of.ts';
import { cannot, type Kernel, type Values } from './value.ts';

/** A plan made ready to run. */
export interface TabularModel {
  /** All outputs, or those that are named. Throws INVALID_INPUT for tensors that do not fit. */
  run(inputs: TensorMap, outputs?: readonly string[]): TensorMap;
}

export function makeModel(plan: TabularPlan): TabularModel {
  const places = new Map<string, number>();
  const placeOf = (name: string): number => {
    const known = places.get(name) ?? places.size;
    places.set(name, known);
    return known;
  };
  const inputs = plan.inputs.map((input) => ({ input, at: placeOf(input.name) }));
  const constants = [...plan.constants].map(([name, tensor]) => ({ tensor, at: placeOf(name) }));
  const kernels: readonly Kernel[] = plan.steps.map((step) => kernelOf(step, placeOf));
  const outputs = new Map(plan.outputs.map(({ name, value }) => [name, placeOf(value)]));
  const all = [...outputs.keys()];
  // One list for all runs: a run begins and ends without waiting, and writes each of its values before it reads it.
  const values: Values = Array.from({ length: places.size });
  for (const { tensor, at } of constants) values[at] = tensor;
  return {
    run(given, wanted = all) {
      for (const { input, at } of inputs) values[at] = fitting(input, given[input.name]);
      for (const kernel of kernels) kernel(values);
      const answered: Record<string, Tensor> = {};
      for (const name of wanted) {
        const value = values[outputs.get(name) ?? -1];
        if (!value) throw cannot(`there is no output "${name}", only ${all.join(', ')}`);
        answered[name] = value;
      }
      return answered;
    },
  };
}

function fitting({ name, dtype, shape }: PlanInput, tensor: Tensor | undefined): Tensor {
  if (!tensor) throw wrong(name, 'is missing', dtype);
  if (tensor.dtype !== dtype) throw wrong(name, `is ${tensor.dtype}`, dtype);
  if (shape === null) return tensor;
  if (tensor.shape.length !== shape.length)
    throw wrong(name, `has ${tensor.shape.length} dimensions`, `${shape.length}`);
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] ?? -1;
    if (size >= 0 && tensor.shape[axis] !== size)
      throw wrong(name, `has the shape [${tensor.shape.join()}]`, `[${shape.join()}]`);
  }
  return tensor;
}

const wrong = (field: string, why: string, allowed: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${why}, and the model takes ${allowed}`, { field, allowed: [allowed] });
