import { DomainError } from '../../../core/errors.ts';
import { wireValues, type WireValue } from '../../../core/tensor/written.ts';
import type { Tensor, TensorMap } from '../../../core/tensor/tensor.ts';
import type { ReadyModel } from '../../recipe/plan.ts';
import type { InferRequest } from '../../serving/inference.ts';
import { readInfer } from '../oip/request.ts';
import { datatypeOf } from '../oip/tensor.ts';
import type { JsonObject } from '../request-body.ts';

/** Lists without names as the model's one tensor. Throws FAILED_PRECONDITION where it has several. */
export function namedTensor({ file: { contract } }: ReadyModel, values: unknown, field: string): JsonObject {
  const [only, second] = contract.inputs;
  if (only && !second) return { [only.name]: values };
  const names = contract.inputs.map(({ name }) => name);
  throw new DomainError('FAILED_PRECONDITION', `${field}: the model has several tensors: send each by its name`, {
    field,
    allowed: names,
  });
}

/** Tensors by their names, in the form of lists nested as their shapes. Throws as readInfer does. */
export function inferRequestOf(model: ReadyModel, tensors: JsonObject): InferRequest {
  const inputs = Object.entries(tensors).map(([name, data]) => ({
    name,
    shape: shapeOf(data),
    datatype: datatypeOf(model.file.contract.inputs.find((one) => one.name === name)?.dtype ?? ''),
    data,
  }));
  return readInfer(model, { inputs }, null);
}

/** How nested lists are shaped, by the first of each level. */
function shapeOf(data: unknown): readonly number[] {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = (level as readonly unknown[])[0]) shape.push(level.length);
  return shape;
}

type Nested = WireValue | readonly Nested[];

/** The outputs of a model as MLflow gives arrays: one as nested lists, several by their names. */
export function predictionsOf(outputs: TensorMap): Nested | Readonly<Record<string, Nested>> {
  const [first, second] = Object.values(outputs);
  if (first && !second) return nested(first);
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, nested(tensor)]));
}

function nested(tensor: Tensor): Nested {
  let level: readonly Nested[] = wireValues(tensor);
  for (const size of tensor.shape.slice(1).toReversed()) {
    const inner = level;
    level = Array.from({ length: size === 0 ? 0 : inner.length / size }, (_, i) =>
      inner.slice(i * size, (i + 1) * size),
    );
  }
  return tensor.shape.length === 0 ? (level[0] ?? []) : level;
}
