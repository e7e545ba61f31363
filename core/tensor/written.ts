import type { TensorValue } from '../../schema/release.ts';
import { DomainError } from '../errors.ts';
import { elementCount, isElementType } from './element-type.ts';
import { tensorOf, type Tensor, type TensorMap } from './tensor.ts';

/** A value as it travels in JSON: beyond 2^53, and for NaN and the infinities, as text. */
export type WireValue = number | string | boolean;

/** A tensor that is written down, such as one of a golden row. Throws INVALID_INPUT that names it. */
export function readTensor({ name, dtype, shape, data }: TensorValue, where: string): Tensor {
  if (!isElementType(dtype)) {
    throw new DomainError('INVALID_INPUT', `${where}: tensor "${name}" is ${dtype}, which no engine here takes`);
  }
  if (elementCount(shape) !== data.length) {
    throw new DomainError(
      'INVALID_INPUT',
      `${where}: tensor "${name}" has ${data.length} values for [${shape.join()}]`,
    );
  }
  return tensorOf(dtype, shape, data, `${where}: ${name}`);
}

export const readTensors = (values: readonly TensorValue[], where: string): TensorMap =>
  Object.fromEntries(values.map((value) => [value.name, readTensor(value, where)]));

/** What a runtime answered: its type may be one that no engine can be fed. */
export interface AnsweredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint | string | boolean>;
}

/** A tensor written down under its name. */
export const writeTensor = (name: string, tensor: AnsweredTensor): TensorValue => ({
  name,
  dtype: tensor.dtype,
  shape: [...tensor.shape],
  data: wireValues(tensor),
});

/** The values of a tensor for JSON. */
export function wireValues({ dtype, data }: Pick<AnsweredTensor, 'dtype' | 'data'>): WireValue[] {
  return Array.from(data, (value): WireValue => {
    if (dtype === 'bool') return Number(value) !== 0;
    if (typeof value === 'bigint') return isSafe(value) ? Number(value) : value.toString();
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
}

const isSafe = (value: bigint): boolean =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
