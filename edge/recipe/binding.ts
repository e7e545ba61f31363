import { DomainError } from '../../core/errors.ts';
import type { Dtype } from '../../schema/common.ts';
import type { TensorSpec } from '../../schema/release.ts';
import { elementCount, isElementType, tensorOf, type ElementType, type Tensor } from '../engines/tensor.ts';
import type { Value, Values } from './value.ts';

const INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'] as const;

/** Which tensors a value may go into without losing what it says; a TIMESTAMP goes in as milliseconds. */
const FITS: Readonly<Record<Dtype, readonly ElementType[]>> = {
  FLOAT64: ['float32', 'float64'],
  INT64: ['float32', 'float64', ...INTEGERS],
  BOOL: ['bool', 'float32', 'float64', ...INTEGERS],
  STRING: ['string'],
  TIMESTAMP: ['float64', 'int64'],
};

/** One tensor of the model, ready to be filled from named values. */
export interface Binding {
  readonly tensor: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly columns: readonly string[];
}

const wrong = (why: string, allowed: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', `models[0].inputs: ${why}`, { field: 'models', allowed });

/** Checks a binding of a recipe against the model's contract and the types of the names. Throws INVALID_INPUT. */
export function bind(
  { tensor, columns }: { readonly tensor: string; readonly columns: readonly string[] },
  specs: readonly TensorSpec[],
  dtypes: ReadonlyMap<string, Dtype>,
  optional: ReadonlySet<string>,
): Binding {
  const spec = specs.find(({ name }) => name === tensor);
  if (!spec) {
    const names = specs.map(({ name }) => name);
    throw wrong(`the model has no input "${tensor}", only ${names.join(', ')}`, names);
  }
  if (!isElementType(spec.dtype)) throw wrong(`"${tensor}" is ${spec.dtype}, which cannot be fed`, []);
  for (const column of columns) {
    const dtype = dtypes.get(column);
    if (!dtype) throw wrong(`"${column}" is no input, feature or derived field`, [...dtypes.keys()]);
    if (!FITS[dtype].includes(spec.dtype)) {
      throw wrong(`"${column}" is ${dtype} and does not go into "${tensor}", which is ${spec.dtype}`, FITS[dtype]);
    }
  }
  const needed = spec.dtype.startsWith('float') ? undefined : columns.find((column) => optional.has(column));
  if (needed !== undefined) {
    throw wrong(`"${needed}" may be left out, and "${tensor}", which is ${spec.dtype}, has no value for that`, []);
  }
  const shape = shapeOfRow(spec.shape, columns.length);
  if (!shape) {
    throw wrong(`"${tensor}" is [${spec.shape.join()}], which ${columns.length} columns do not fill in one row`, []);
  }
  return { tensor, dtype: spec.dtype, shape, columns };
}

/** The shape of one row: the first free dimension is the batch, the last one takes what the others leave. */
function shapeOfRow(declared: readonly number[], columns: number): number[] | undefined {
  const shape = declared.map((size) => (size < 0 ? 1 : size));
  const lastFree = declared.findLastIndex((size) => size < 0);
  const known = elementCount(shape);
  if (known !== columns && lastFree >= 0 && known > 0 && columns % known === 0) shape[lastFree] = columns / known;
  return elementCount(shape) === columns ? shape : undefined;
}

/** Fills the tensor; in a float tensor a value that is missing is NaN. */
export function fill({ tensor, dtype, shape, columns }: Binding, values: Values): Tensor {
  if (dtype === 'float32' || dtype === 'float64') {
    const data = dtype === 'float32' ? new Float32Array(columns.length) : new Float64Array(columns.length);
    for (let i = 0; i < columns.length; i++) data[i] = floatOf(values[columns[i] ?? ''] ?? null);
    return { dtype, shape, data };
  }
  const row = columns.map((column) => {
    const value = values[column] ?? null;
    if (typeof value === 'bigint') return value.toString();
    return typeof value === 'boolean' && dtype !== 'bool' ? Number(value) : value;
  });
  return tensorOf(dtype, shape, row, tensor);
}

const floatOf = (value: Value): number => (value === null ? Number.NaN : Number(value));
