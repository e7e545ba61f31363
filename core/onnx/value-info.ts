import type { NonTensorKind, TensorDtype } from './dtype.ts';
import { dtypeOfCode } from './dtype.ts';
import { onlyBytes, onlyText } from './graph-walk.ts';
import { bytesOf, int64Of, malformed, readFields } from './protobuf.ts';

/** One input or output of a model. */
export interface ContractValue {
  readonly name: string;
  /** The element type of a tensor, or what it is instead of a tensor. */
  readonly dtype: TensorDtype | NonTensorKind;
  /** -1 for a free dimension; null where the file does not even say how many dimensions. */
  readonly shape: readonly number[] | null;
}

const NON_TENSOR: Record<number, NonTensorKind> = { 4: 'sequence', 5: 'map', 7: 'opaque', 8: 'sparse', 9: 'optional' };
const DENOTATION = 6;
const TENSOR = 1;
const LARGEST_DIM = 2n ** 31n;

/** A ValueInfoProto. */
export function readValueInfo(info: Uint8Array): ContractValue {
  const name = onlyText(info, 1);
  const type = onlyBytes(info, 2);
  let value: ContractValue | undefined;
  for (const field of readFields(type ?? new Uint8Array())) {
    if (field.number === DENOTATION) continue;
    if (value) throw malformed(`"${name}" has two types`);
    const nonTensor = NON_TENSOR[field.number];
    if (nonTensor) value = { name, dtype: nonTensor, shape: null };
    else if (field.number === TENSOR) value = { name, ...readTensorType(name, bytesOf(field)) };
    else throw malformed(`"${name}" is of an unknown kind of type (${field.number})`);
  }
  return value ?? { name, dtype: 'undeclared', shape: null };
}

function readTensorType(name: string, type: Uint8Array): Pick<ContractValue, 'dtype' | 'shape'> {
  let code = 0n;
  for (const field of readFields(type)) if (field.number === 1) code = int64Of(field);
  const dtype = code === 0n ? 'undeclared' : dtypeOfCode(code);
  if (!dtype) throw malformed(`"${name}" has element type ${code}, which ONNX does not define`);
  const shape = onlyBytes(type, 2);
  return { dtype, shape: shape ? readShape(name, shape) : null };
}

const MAX_RANK = 64;

function readShape(name: string, shape: Uint8Array): number[] {
  const dims: number[] = [];
  for (const field of readFields(shape)) {
    if (field.number !== 1) continue;
    if (dims.length === MAX_RANK) throw malformed(`"${name}" has more than ${MAX_RANK} dimensions`);
    dims.push(readDim(bytesOf(field)));
  }
  return dims;
}

/** Exporters write a free dimension as a name, as nothing, as -1, or as -1 squeezed into 32 bits without a sign. */
function readDim(dim: Uint8Array): number {
  let value = -1n;
  for (const field of readFields(dim)) {
    if (field.number === 1) value = int64Of(field);
    else if (field.number === 2) value = -1n;
  }
  return value < 0n || value > LARGEST_DIM ? -1 : Number(value);
}
