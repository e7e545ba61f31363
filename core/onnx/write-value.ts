import { bitsOfHalf } from '../half.ts';
import type { TensorDtype } from './dtype.ts';
import { codeOfDtype } from './dtype.ts';
import { ProtobufWriter } from './protobuf.ts';

/** An input or output to declare; -1 stands for a free dimension. */
export interface ValueSpec {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
}

/** A ValueInfoProto. */
export function valueInfo({ name, dtype, shape }: ValueSpec): ProtobufWriter {
  const dims = new ProtobufWriter();
  shape.forEach((size, axis) => {
    const dim = new ProtobufWriter();
    dims.message(1, size < 0 ? dim.text(2, axis === 0 ? 'batch' : `dim_${axis}`) : dim.varint(1, size));
  });
  const tensorType = new ProtobufWriter().varint(1, codeOfDtype(dtype)).message(2, dims);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType));
}

/** Weights to write. Numbers are stored little-endian in `raw_data`, strings one by one. */
export interface TensorSpec extends ValueSpec {
  readonly data: readonly number[] | readonly bigint[] | readonly string[];
}

type Put = (view: DataView, at: number, value: number | bigint) => void;

const LAYOUT: Partial<Record<TensorDtype, readonly [bytes: number, put: Put]>> = {
  float16: [2, (view, at, value) => view.setUint16(at, bitsOfHalf(Number(value)), true)],
  float32: [4, (view, at, value) => view.setFloat32(at, Number(value), true)],
  float64: [8, (view, at, value) => view.setFloat64(at, Number(value), true)],
  int32: [4, (view, at, value) => view.setInt32(at, Number(value), true)],
  int64: [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  bool: [1, (view, at, value) => view.setUint8(at, Number(value))],
  uint8: [1, (view, at, value) => view.setUint8(at, Number(value))],
};

/** A TensorProto. The count of `data` and its shape must agree. */
export function tensor({ name, dtype, shape, data }: TensorSpec): ProtobufWriter {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new RangeError(`tensor "${name}" of shape [${shape.join(', ')}] takes ${count} values, not ${data.length}`);
  const out = new ProtobufWriter();
  for (const size of shape) out.varint(1, size);
  out.varint(2, codeOfDtype(dtype)).text(8, name);
  if (dtype === 'string') {
    for (const text of data) out.text(6, String(text));
    return out;
  }
  const layout = LAYOUT[dtype];
  if (!layout)
    throw new RangeError(
      `tensor "${name}": ${dtype} cannot be written, only ${Object.keys(LAYOUT).join(', ')} and string`,
    );
  const [size, put] = layout;
  const raw = new Uint8Array(data.length * size);
  const view = new DataView(raw.buffer);
  data.forEach((value, i) => put(view, i * size, typeof value === 'string' ? Number(value) : value));
  return out.bytes(9, raw);
}
