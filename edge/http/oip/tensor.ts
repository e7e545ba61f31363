import { DomainError } from '../../../core/errors.ts';
import type { TensorSpec } from '../../../schema/release.ts';
import { elementCount, isElementType, type ElementType } from '../../../core/tensor/element-type.ts';
import { tensorOf, type Tensor } from '../../../core/tensor/tensor.ts';
import { wireValues } from '../../../core/tensor/written.ts';
import { isObject } from '../request-body.ts';
import { HEADER_LENGTH, tensorFromBytes, type BinaryTail } from './binary.ts';

/** The protocol's names of the element types. */
const DATATYPE: Readonly<Record<ElementType, string>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};
const MOST_ELEMENTS = 1_000_000;
const MOST_DIMENSIONS = 16;

/** The datatype of a tensor in a model's contract; a type that cannot be fed keeps its ONNX name. */
export const datatypeOf = (dtype: string): string => (isElementType(dtype) ? DATATYPE[dtype] : dtype.toUpperCase());

const wrong = (message: string, field: string, allowed?: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', message, { field, ...(allowed && { allowed }) });

/** One input of an inference request, checked against the contract before anything of its size is allocated. */
export function readInput(
  given: unknown,
  specs: readonly TensorSpec[],
  tail: BinaryTail | null,
): [name: string, tensor: Tensor] {
  if (!isObject(given)) throw wrong('each of "inputs" is an object', 'inputs');
  const { name, datatype, shape, data, parameters } = given;
  const names = specs.map((spec) => spec.name);
  const spec = specs.find((one) => one.name === name);
  if (typeof name !== 'string' || !spec) {
    throw wrong(
      `the model has no input ${JSON.stringify(name) ?? 'without a name'}, only ${names.join(', ')}`,
      'name',
      names,
    );
  }
  const expected = datatypeOf(spec.dtype);
  // Every half is a number of float32: it goes there as it is.
  const isWidened = datatype === 'FP16' && spec.dtype === 'float32';
  if (!isElementType(spec.dtype) || (datatype !== expected && !isWidened)) {
    throw wrong(`input "${name}" is ${expected}, not ${JSON.stringify(datatype)}`, `${name}.datatype`, [expected]);
  }
  const dims = readShape(name, shape, spec);
  if (isObject(parameters) && 'binary_data_size' in parameters) {
    if (!tail || data !== undefined) throw notBinary(name, tail);
    const bytes = tail.take(parameters['binary_data_size'], `${name}.parameters.binary_data_size`);
    const field = `${name}.data`;
    return [name, as(spec.dtype, tensorFromBytes(isWidened ? 'float16' : spec.dtype, dims, bytes, field))];
  }
  if (!Array.isArray(data))
    throw wrong(`input "${name}" has no "data": a list of values, flat or nested`, `${name}.data`);
  const values = flat(name, data, dims);
  return [name, as(spec.dtype, tensorOf(isWidened ? 'float16' : spec.dtype, dims, values, `${name}.data`))];
}

const as = (dtype: ElementType, tensor: Tensor): Tensor => (tensor.dtype === dtype ? tensor : { ...tensor, dtype });

const notBinary = (name: string, tail: BinaryTail | null): DomainError =>
  wrong(
    tail
      ? `input "${name}" has "data" and binary_data_size: send one of them`
      : `input "${name}" has binary_data_size: then the header ${HEADER_LENGTH} says how long the JSON is`,
    `${name}.parameters.binary_data_size`,
  );

const isSize = (size: unknown): size is number => Number.isSafeInteger(size) && Number(size) >= 0;

function readShape(name: string, shape: unknown, spec: TensorSpec): number[] {
  const field = `${name}.shape`;
  const expected = `[${spec.shape.join(', ')}]`;
  if (!Array.isArray(shape) || shape.length > MOST_DIMENSIONS || !shape.every(isSize)) {
    throw wrong(`the shape of "${name}" is a list of sizes such as ${expected}, -1 standing for any`, field, [
      expected,
    ]);
  }
  const count = elementCount(shape);
  if (!(count <= MOST_ELEMENTS)) {
    throw new DomainError('LIMIT_EXCEEDED', `"${name}" would have more than ${MOST_ELEMENTS} values`, {
      field,
      allowed: [`at most ${MOST_ELEMENTS} values`],
    });
  }
  if (shape.length !== spec.shape.length || spec.shape.some((size, i) => size >= 0 && size !== shape[i])) {
    throw wrong(`"${name}" has the shape [${shape.join(', ')}]; the model takes ${expected}`, field, [expected]);
  }
  if (count === 0) throw wrong(`"${name}" has no rows: send at least one`, field, ['at least one row']);
  return shape;
}

/** Values in row-major order, whether they came nested as the shape says or flat. */
function flat(name: string, data: readonly unknown[], shape: readonly number[]): readonly unknown[] {
  const count = elementCount(shape);
  const mismatch = (): DomainError =>
    wrong(`"data" of "${name}" does not hold the ${count} values of the shape [${shape.join(', ')}]`, `${name}.data`, [
      `${count} values, flat, or nested as the shape`,
    ]);
  if (!data.some(Array.isArray)) {
    if (data.length !== count) throw mismatch();
    return data;
  }
  let level: readonly unknown[] = [data];
  for (const size of shape) {
    const lists: unknown[] = [];
    for (const part of level) {
      if (!Array.isArray(part) || part.length !== size) throw mismatch();
      lists.push(...(part as readonly unknown[]));
    }
    level = lists;
  }
  return level;
}

export interface WireTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters?: { readonly binary_data_size: number };
  readonly data?: readonly (number | string | boolean)[];
}

const described = (name: string, { dtype, shape }: Tensor) => ({ name, datatype: DATATYPE[dtype], shape });

/** An output for JSON: flat; beyond 2^53, and for NaN and the infinities, as text. */
export const writeOutput = (name: string, tensor: Tensor): WireTensor => ({
  ...described(name, tensor),
  data: wireValues(tensor),
});

/** An output whose values follow the JSON. */
export const announceOutput = (name: string, tensor: Tensor, size: number): WireTensor => ({
  ...described(name, tensor),
  parameters: { binary_data_size: size },
});
