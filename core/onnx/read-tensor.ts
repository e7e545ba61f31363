import { DomainError } from '../errors.ts';
import type { TensorDtype } from './dtype.ts';
import { dtypeOfCode } from './dtype.ts';
import { onlyText } from './graph-walk.ts';
import { bytesOf, int64Of, malformed, readFields, textOf } from './protobuf.ts';
import { float32sIn, float64sIn, IntegerList, NumberList } from './read-numbers.ts';

/** The element types of the constants that are read; bool is one byte, 0 or 1. */
export const CONSTANT_DTYPES = [
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'int64',
  'bool',
  'string',
] as const;
export type ConstantDtype = (typeof CONSTANT_DTYPES)[number];

/** What is kept in 32 bits where it is not in `raw_data`. */
const SMALL = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;
type Small = InstanceType<(typeof SMALL)[keyof typeof SMALL]>;

/** A constant that a file carries: weights, or the tensor of an attribute. */
export interface ConstantTensor {
  readonly name: string;
  readonly dtype: ConstantDtype;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array | Small | readonly string[];
}

/** Where TensorProto keeps its values, unless they are in `raw_data`. */
const FLOATS = 4;
const INT32S = 5;
const TEXTS = 6;
const INT64S = 7;
const RAW = 9;
const DOUBLES = 10;

const isConstantDtype = (dtype: TensorDtype | undefined): dtype is ConstantDtype =>
  (CONSTANT_DTYPES as readonly (string | undefined)[]).includes(dtype);

/** A TensorProto. Throws INVALID_INPUT where its type is none of these, or its values do not fill its shape. */
export function readConstant(tensor: Uint8Array): ConstantTensor {
  const name = onlyText(tensor, 8);
  let dtype: TensorDtype | undefined;
  const dims = new IntegerList();
  const [floats, doubles] = [new NumberList(4), new NumberList(8)];
  const [int32s, int64s] = [new IntegerList(), new IntegerList()];
  const texts: string[] = [];
  let raw: Uint8Array | undefined;
  for (const field of readFields(tensor)) {
    if (field.number === 1) dims.add(field);
    else if (field.number === 2) dtype = dtypeOfCode(int64Of(field));
    else if (field.number === FLOATS) floats.add(field);
    else if (field.number === DOUBLES) doubles.add(field);
    else if (field.number === INT32S) int32s.add(field);
    else if (field.number === INT64S) int64s.add(field);
    else if (field.number === TEXTS) texts.push(textOf(field));
    else if (field.number === RAW) raw = bytesOf(field);
  }
  if (!isConstantDtype(dtype)) {
    throw new DomainError('INVALID_INPUT', `artifact: the constant "${name}" is ${dtype ?? 'of no known type'}`, {
      field: 'artifact',
      allowed: CONSTANT_DTYPES,
    });
  }
  const data =
    dtype === 'string'
      ? texts
      : raw
        ? fromRaw(dtype, raw)
        : dtype === 'float32'
          ? float32sIn(floats.joined())
          : dtype === 'float64'
            ? float64sIn(doubles.joined())
            : dtype === 'int64'
              ? BigInt64Array.from(int64s.values)
              : fromIntegers(dtype, int32s.values);
  const shape = dims.values.map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.some((size) => size < 0) || count !== data.length)
    throw malformed(`the constant "${name}" has ${data.length} values for the shape [${shape.join()}]`);
  return { name, dtype, shape, data };
}

function fromIntegers(dtype: keyof typeof SMALL, values: readonly bigint[]): Small {
  return SMALL[dtype].from(values.map(Number));
}

function fromRaw(dtype: Exclude<ConstantDtype, 'string'>, raw: Uint8Array): ConstantTensor['data'] {
  // A copy begins where its type may begin. Files are little-endian, and so is every machine that runs this.
  const list = { ...SMALL, float32: Float32Array, float64: Float64Array, int64: BigInt64Array }[dtype];
  if (raw.length % list.BYTES_PER_ELEMENT !== 0) throw malformed(`${raw.length} bytes are no whole number of ${dtype}`);
  return new list(Uint8Array.from(raw).buffer);
}
