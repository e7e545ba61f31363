import { DomainError } from '../errors.ts';
import { isFloat, type ElementType } from './element-type.ts';
import { HALF_MOST, roundedToHalf } from '../half.ts';

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[];

/** Row-major values with their shape; a bool is one byte, 0 or 1, and float16 are numbers of float32 that sixteen bits hold. */
export interface Tensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}
export type TensorMap = Readonly<Record<string, Tensor>>;

const NON_FINITE: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };
const INTEGER_BOUNDS: Partial<Record<ElementType, readonly [least: bigint, most: bigint]>> = {
  int8: [-0x80n, 0x7fn],
  uint8: [0n, 0xffn],
  int16: [-0x8000n, 0x7fffn],
  uint16: [0n, 0xffffn],
  int32: [-0x8000_0000n, 0x7fff_ffffn],
  uint32: [0n, 0xffff_ffffn],
  int64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  uint64: [0n, 0xffff_ffff_ffff_ffffn],
};
const FLOAT32_MOST = 3.4028235677973366e38; // from here on a number rounds to infinity
const mostOf = (dtype: ElementType): number =>
  dtype === 'float16' ? HALF_MOST : dtype === 'float32' ? FLOAT32_MOST : Infinity;

const wrong = (field: string, value: unknown, allowed: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${JSON.stringify(value)} is not allowed here; send ${allowed}`, {
    field,
    allowed: [allowed],
  });

function floatOf(dtype: ElementType, value: unknown, at: (position: number) => string, i: number): number {
  if (typeof value === 'string' && Object.hasOwn(NON_FINITE, value)) return NON_FINITE[value] ?? NaN;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw wrong(at(i), value, 'a number, or "NaN", "Infinity" or "-Infinity" as text');
  }
  if (Math.abs(value) >= mostOf(dtype)) throw wrong(at(i), value, `a number that ${dtype} holds`);
  return value;
}

function integerOf(dtype: ElementType, value: unknown, field: string): bigint {
  const [least, most] = INTEGER_BOUNDS[dtype] ?? [0n, 0n];
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  const isExact = typeof value === 'number' && Number.isSafeInteger(value);
  const number = isText || isExact ? BigInt(value) : undefined;
  if (number === undefined || number < least || number > most) {
    throw wrong(field, value, `a whole number from ${least} to ${most}, as text where it is beyond 2^53`);
  }
  return number;
}

/**
 * Fills a tensor from JSON values, checking each: a typed array would take null for 0 and text for NaN. `field` names the
 * tensor in a refusal, or each of its positions.
 */
export function tensorOf(
  dtype: ElementType,
  shape: readonly number[],
  values: readonly unknown[],
  field: string | ((position: number) => string),
): Tensor {
  const at = typeof field === 'string' ? (i: number): string => `${field}[${i}]` : field;
  return { dtype, shape, data: dataOf(dtype, values, at) };
}

const INTEGER_ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
} as const;

function dataOf(dtype: ElementType, values: readonly unknown[], at: (position: number) => string): TensorData {
  if (dtype === 'string') return values.map((value, i) => textOf(value, at(i)));
  if (dtype === 'bool') return Uint8Array.from(values, (value, i) => Number(truthOf(value, at(i))));
  if (isFloat(dtype)) {
    const floats = new (dtype === 'float64' ? Float64Array : Float32Array)(values.length);
    const round = dtype === 'float16' ? roundedToHalf : Number;
    // A loop: a list of floats that is made by a function for each takes several times as long.
    for (let i = 0; i < values.length; i++) floats[i] = round(floatOf(dtype, values[i], at, i));
    return floats;
  }
  if (dtype === 'int64') return BigInt64Array.from(values, (value, i) => integerOf(dtype, value, at(i)));
  if (dtype === 'uint64') return BigUint64Array.from(values, (value, i) => integerOf(dtype, value, at(i)));
  return INTEGER_ARRAYS[dtype].from(values.map((value, i) => Number(integerOf(dtype, value, at(i)))));
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw wrong(field, value, 'text');
  return value;
}

function truthOf(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw wrong(field, value, 'true or false');
  return value;
}
