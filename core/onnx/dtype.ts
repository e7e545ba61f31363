/** ONNX's element types by their code in TensorProto.DataType, under the names that ONNX Runtime's tensors use. */
const DTYPE_BY_CODE = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
  24: 'float8e8m0',
  25: 'uint2',
  26: 'int2',
} as const;

export type TensorDtype = (typeof DTYPE_BY_CODE)[keyof typeof DTYPE_BY_CODE];

/** What an input or output can be instead of a tensor, which no JavaScript binding can pass; some files do not say. */
export type NonTensorKind = 'undeclared' | 'sequence' | 'map' | 'optional' | 'sparse' | 'opaque';

const BY_CODE = new Map<bigint, TensorDtype>(
  Object.entries(DTYPE_BY_CODE).map(([code, dtype]) => [BigInt(code), dtype]),
);
const BY_NAME = new Map([...BY_CODE].map(([code, dtype]) => [dtype, code]));

export const dtypeOfCode = (code: bigint): TensorDtype | undefined => BY_CODE.get(code);
export const codeOfDtype = (dtype: TensorDtype): bigint => BY_NAME.get(dtype) ?? 0n;
