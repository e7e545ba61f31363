import { DomainError } from '../errors.ts';

/** The three kinds of value that ONNX's messages use. Groups, which some exporters leave in their files, are passed over. */
export type ProtobufField =
  | {
      readonly number: number;
      readonly kind: 'varint';
      readonly value: bigint;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly number: number;
      readonly kind: 'fixed';
      readonly bytes: Uint8Array;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly number: number;
      readonly kind: 'bytes';
      readonly bytes: Uint8Array;
      readonly start: number;
      readonly end: number;
    };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const GROUP = 3;
const GROUP_END = 4;
const FIXED32 = 5;
const MAX_GROUP_DEPTH = 32;
const MAX_VARINT_BYTES = 10;
// Numbers take eight times the room in memory that they take in the file.
const MAX_PACKED_BYTES = 1_000_000;

export const malformed = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `The file is not an ONNX model: ${why}.`, { field: 'artifact', reason: why });

/** A varint of at most 64 bits and where it ends. */
function readVarint(bytes: Uint8Array, at: number): [value: bigint, end: number] {
  let low = 0;
  for (let i = 0; i < 4; i++) {
    const byte = byteAt(bytes, at + i);
    low |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return [BigInt(low), at + i + 1];
  }
  let value = BigInt(low);
  for (let i = 4; i < MAX_VARINT_BYTES; i++) {
    const byte = byteAt(bytes, at + i);
    if (i === MAX_VARINT_BYTES - 1 && byte > 1) throw malformed('a number is wider than 64 bits');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [value, at + i + 1];
  }
  throw malformed('a number is wider than 64 bits');
}

/** Up to here a varint and its end are one number, which costs far less than a list of two. */
const MOST_SHORT_BYTES = 3;

/** A varint of at most three bytes with how many it has, as value × 8 + bytes; 0 for a longer one. Most are such. */
function readShort(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < MOST_SHORT_BYTES; i++) {
    const byte = byteAt(bytes, at + i);
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return (value << 3) | (i + 1);
  }
  return 0;
}

/** Where the tag or length that was read last ends. */
let headEnd = 0;

/** A tag or a length. What is beyond a double is beyond every file as well, and is refused as such. */
function readHead(bytes: Uint8Array, at: number): number {
  const short = readShort(bytes, at);
  if (short !== 0) {
    headEnd = at + (short & 7);
    return short >> 3;
  }
  const [value, end] = readVarint(bytes, at);
  headEnd = end;
  return Number(value);
}

/** Numbers that files are full of: ids of nodes and features. */
const SMALL = Array.from({ length: 256 }, (_, value) => BigInt(value));

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw malformed('it is cut off in the middle of a field');
  return byte;
}

function endOf(bytes: Uint8Array, start: number, length: bigint | number): number {
  const end = start + Number(length);
  if (end > bytes.length) throw malformed(`a field of ${length} bytes is larger than what is left of the file`);
  return end;
}

const NONE: ReadonlySet<number> = new Set();

/** Numbers that stand one field each, one after another, as most exporters write a list. */
export interface Run<T> {
  readonly values: T;
  /** Where the run ends. */
  readonly end: number;
}

/** The float32 fields from `start` on that have the tag of the first. */
export function float32Run(message: Uint8Array, start: number): Run<Float32Array> {
  const tag = message[start];
  let end = start;
  while (end + 5 <= message.length && message[end] === tag) end += 5;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const values = new Float32Array((end - start) / 5);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(start + i * 5 + 1, true);
  return { values, end };
}

/** The integer fields from `start` on that have the tag of the first; null where one has more than 21 bits, or a sign. */
export function shortRun(message: Uint8Array, start: number): Run<Int32Array> | null {
  const tag = message[start];
  const values = new Int32Array((message.length - start) >> 1);
  let count = 0;
  let at = start;
  while (at < message.length && message[at] === tag) {
    const short = readShort(message, at + 1);
    if (short === 0) return null;
    values[count++] = short >> 3;
    at += 1 + (short & 7);
  }
  return { values: values.slice(0, count), end: at };
}

/**
 * Walks the fields of one message without copying: a field's bytes are a view. Nothing is allocated by a declared size,
 * so a lying file costs no more than its own length.
 */
export function* readFields(
  message: Uint8Array,
  /** Fields of these numbers are checked and passed over. */
  { without = NONE }: { readonly without?: ReadonlySet<number> } = {},
): Generator<ProtobufField> {
  let at = 0;
  while (at < message.length) {
    const start = at;
    const tag = readHead(message, at);
    const afterTag = headEnd;
    const number = Math.floor(tag / 8);
    if (number < 1 || number > 0x1fff_ffff) throw malformed(`field number ${number} does not exist`);
    const wire = tag % 8;
    const isWanted = !without.has(number);
    if (wire === VARINT) {
      const short = readShort(message, afterTag);
      if (short !== 0) {
        at = afterTag + (short & 7);
        if (isWanted) yield { number, kind: 'varint', value: SMALL[short >> 3] ?? BigInt(short >> 3), start, end: at };
        continue;
      }
      const [value, end] = readVarint(message, afterTag);
      if (isWanted) yield { number, kind: 'varint', value, start, end };
      at = end;
    } else if (wire === BYTES) {
      const length = readHead(message, afterTag);
      const from = headEnd;
      const end = endOf(message, from, length);
      if (isWanted) yield { number, kind: 'bytes', bytes: message.subarray(from, end), start, end };
      at = end;
    } else if (wire === FIXED64 || wire === FIXED32) {
      const end = endOf(message, afterTag, wire === FIXED64 ? 8 : 4);
      if (isWanted) yield { number, kind: 'fixed', bytes: message.subarray(afterTag, end), start, end };
      at = end;
    } else if (wire === GROUP) {
      at = endOfGroup(message, afterTag, number);
    } else {
      throw malformed(`wire type ${wire} is not in use`);
    }
  }
}

/** Where the group that begins at `at` ends, behind its end tag. */
function endOfGroup(message: Uint8Array, at: number, number: number): number {
  const open = [number];
  while (open.length > 0) {
    const [tag, afterTag] = readVarint(message, at);
    const wire = Number(tag & 7n);
    if (wire === GROUP) {
      if (open.push(Number(tag >> 3n)) > MAX_GROUP_DEPTH) throw malformed('groups are nested too deep');
      at = afterTag;
    } else if (wire === GROUP_END) {
      if (open.pop() !== Number(tag >> 3n)) throw malformed('a group ends that did not begin');
      at = afterTag;
    } else if (wire === VARINT) {
      at = readVarint(message, afterTag)[1];
    } else if (wire === BYTES) {
      const [length, from] = readVarint(message, afterTag);
      at = endOf(message, from, length);
    } else if (wire === FIXED64 || wire === FIXED32) {
      at = endOf(message, afterTag, wire === FIXED64 ? 8n : 4n);
    } else {
      throw malformed(`wire type ${wire} is not in use`);
    }
  }
  return at;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The field as a nested message or raw bytes. */
export function bytesOf(field: ProtobufField): Uint8Array {
  if (field.kind !== 'bytes') throw malformed(`field ${field.number} should hold bytes`);
  return field.bytes;
}

export function textOf(field: ProtobufField): string {
  try {
    return utf8.decode(bytesOf(field));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw malformed(`field ${field.number} is not UTF-8 text`);
  }
}

/** The field as a signed 64-bit integer. */
export function int64Of(field: ProtobufField): bigint {
  if (field.kind !== 'varint') throw malformed(`field ${field.number} should hold a number`);
  return BigInt.asIntN(64, field.value);
}

/** The field as one signed integer or, packed, several: protobuf lets a writer choose. */
export function int64sOf(field: ProtobufField): bigint[] {
  if (field.kind === 'varint') return [BigInt.asIntN(64, field.value)];
  const packed = bytesOf(field);
  if (packed.length > MAX_PACKED_BYTES)
    throw malformed(`field ${field.number} lists more than ${MAX_PACKED_BYTES} bytes of numbers`);
  const values: bigint[] = [];
  for (let at = 0; at < packed.length;) {
    const [value, end] = readVarint(packed, at);
    values.push(BigInt.asIntN(64, value));
    at = end;
  }
  return values;
}

const encoder = new TextEncoder();

/** Writes one message, field after field; chunks are joined once at the end. */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  varint(number: number, value: number | bigint): this {
    return this.#tag(number, VARINT).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  bytes(number: number, value: Uint8Array): this {
    return this.#tag(number, BYTES).#varint(BigInt(value.length)).raw(value);
  }

  text(number: number, value: string): this {
    return this.bytes(number, encoder.encode(value));
  }

  message(number: number, value: ProtobufWriter): this {
    return this.bytes(number, value.finish());
  }

  float(number: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#tag(number, FIXED32).raw(bytes);
  }

  /** Bytes that are already a run of fields. */
  raw(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  #tag(number: number, wire: number): this {
    return this.#varint((BigInt(number) << 3n) | BigInt(wire));
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.raw(Uint8Array.from(bytes));
  }
}
