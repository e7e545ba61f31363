import { DomainError } from '../../../core/errors.ts';
import { parseJson, readBody } from '../../../core/json-body.ts';
import { isStorableText } from '../../../core/storable-text.ts';
import { elementCount, type ElementType } from '../../../core/tensor/element-type.ts';
import { fromHalves, halvesOf } from '../../../core/half.ts';
import type { Tensor, TensorData } from '../../../core/tensor/tensor.ts';
import { checkedObject, MOST_BYTES, type JsonObject } from '../request-body.ts';

/** How many bytes of the body are JSON; the rest are tensors, one after another (binary tensor data extension). */
export const HEADER_LENGTH = 'inference-header-content-length';

const LENGTH_BYTES = 4;
const encoder = new TextEncoder();

const wrong = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

/** What follows the JSON of a body, taken from front to back. */
export class BinaryTail {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#rest = bytes;
  }

  take(size: unknown, field: string): Uint8Array {
    if (!Number.isSafeInteger(size) || Number(size) < 0) throw wrong(field, 'binary_data_size is a number of bytes');
    const wanted = Number(size);
    if (wanted > this.#rest.length)
      throw wrong(field, `${wanted} bytes are announced, and ${this.#rest.length} are left`);
    const taken = this.#rest.subarray(0, wanted);
    this.#rest = this.#rest.subarray(wanted);
    return taken;
  }

  /** Throws INVALID_INPUT where more was sent than the inputs say. */
  finish(): void {
    if (this.#rest.length > 0) throw wrong('inputs', `${this.#rest.length} bytes follow that belong to no input`);
  }
}

/** A body of JSON and tensors. Throws as jsonObject does. */
export async function binaryBody(
  request: Request,
  headerLength: string,
  fieldAt: (path: readonly string[], body: JsonObject) => string,
): Promise<{ body: JsonObject; tail: BinaryTail }> {
  const bytes = await readBody(request, MOST_BYTES);
  const length = /^\d{1,9}$/.test(headerLength) ? Number(headerLength) : NaN;
  if (!(length <= bytes.length)) throw wrong(HEADER_LENGTH, `${headerLength} is not a part of ${bytes.length} bytes`);
  return {
    body: checkedObject(parseJson(bytes.subarray(0, length)), fieldAt),
    tail: new BinaryTail(bytes.subarray(length)),
  };
}

const ARRAYS = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** A tensor from its bytes, which are little-endian, as are all machines that this runs on. Throws INVALID_INPUT. */
export function tensorFromBytes(
  dtype: ElementType,
  shape: readonly number[],
  bytes: Uint8Array,
  field: string,
): Tensor {
  return { dtype, shape, data: dataFrom(dtype, elementCount(shape), bytes, field) };
}

function dataFrom(dtype: ElementType, count: number, bytes: Uint8Array, field: string): TensorData {
  if (dtype === 'string') return textsFrom(bytes, count, field);
  const Typed = ARRAYS[dtype];
  const size = count * Typed.BYTES_PER_ELEMENT;
  if (bytes.length !== size)
    throw wrong(field, `${bytes.length} bytes do not hold ${count} values, which take ${size}`);
  // A copy: where a typed array begins must be a multiple of its element.
  const data = new Typed(bytes.slice().buffer);
  if (dtype === 'bool' && (data as Uint8Array).some((value) => value > 1))
    throw wrong(field, 'a BOOL is one byte, 0 or 1');
  return dtype === 'float16' ? fromHalves(data as Uint16Array) : data;
}

/** Each text is its length in bytes and UTF-8. */
function textsFrom(bytes: Uint8Array, count: number, field: string): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const texts: string[] = [];
  let at = 0;
  while (texts.length < count && at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    if (end > bytes.length) break;
    texts.push(textFrom(decoder, bytes.subarray(at + LENGTH_BYTES, end), `${field}[${texts.length}]`));
    at = end;
  }
  if (texts.length === count && at === bytes.length) return texts;
  throw wrong(field, `${bytes.length} bytes do not hold ${count} texts, each with its length in ${LENGTH_BYTES} bytes`);
}

function textFrom(decoder: TextDecoder, bytes: Uint8Array, field: string): string {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw wrong(field, 'the text is not UTF-8');
  }
  if (isStorableText(text)) return text;
  throw wrong(field, 'the text holds U+0000');
}

/** The bytes of a tensor, as they travel. */
export function bytesOf({ dtype, data }: Tensor): Uint8Array {
  if (dtype !== 'string') {
    const travelling = dtype === 'float16' ? halvesOf(data as Float32Array) : data;
    const { buffer, byteOffset, byteLength } = travelling as Exclude<TensorData, readonly string[]>;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  return joined(
    (data as readonly string[]).flatMap((text) => {
      const bytes = encoder.encode(text);
      const length = new Uint8Array(LENGTH_BYTES);
      new DataView(length.buffer).setUint32(0, bytes.length, true);
      return [length, bytes];
    }),
  );
}

/** JSON and the tensors that follow it, in one. */
export function binaryAnswer(
  value: unknown,
  tensors: readonly Uint8Array[],
): { bytes: Uint8Array<ArrayBuffer>; headerLength: number } {
  const json = encoder.encode(JSON.stringify(value));
  return { bytes: joined([json, ...tensors]), headerLength: json.length };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
