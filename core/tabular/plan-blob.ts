import { DomainError } from '../errors.ts';
import type { TabularPlan } from './plan.ts';

/** Of the form below, and of what a step in it means. Raised with every change of either. */
export const PLAN_VERSION = 1;

const ARRAYS = [
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
] as const;

const MAGIC = 0x54_46_50_4c;
const HEAD_BYTES = 12;
const ALIGNMENT = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * A compiled plan as bytes, so that a node reads no ONNX file: magic, version and the length of the text as uint32; the plan
 * as JSON; its lists of numbers, each from a multiple of 8 on. All numbers are little-endian, as they lie in memory. In the JSON
 * `$t` is a list (its kind, where it begins, its length), `$m` the entries of a map, `$i` a bigint, and `$n` a number that JSON has not.
 */
export function writePlan(plan: TabularPlan): Uint8Array<ArrayBuffer> {
  const lists: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  const written = (value: unknown): unknown => {
    if (typeof value === 'bigint') return { $i: String(value) };
    if (typeof value === 'number') {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $n: Object.is(value, -0) ? '-0' : String(value) };
    }
    if (value instanceof Map) return { $m: [...value].map(written) };
    if (Array.isArray(value)) return value.map(written);
    if (ArrayBuffer.isView(value)) {
      const kind = ARRAYS.findIndex((Kind) => value instanceof Kind);
      const list = value as InstanceType<(typeof ARRAYS)[number]>;
      const at = size;
      lists.push({ at, bytes: new Uint8Array(list.buffer, list.byteOffset, list.byteLength) });
      size = aligned(at + list.byteLength);
      return { $t: [kind, at, list.length] };
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, written(own)]));
  };
  const text = new TextEncoder().encode(JSON.stringify(written(plan)));
  const start = aligned(HEAD_BYTES + text.length);
  const bytes = new Uint8Array(start + size);
  const head = new DataView(bytes.buffer);
  [MAGIC, PLAN_VERSION, text.length].forEach((value, i) => head.setUint32(4 * i, value, true));
  bytes.set(text, HEAD_BYTES);
  for (const list of lists) bytes.set(list.bytes, start + list.at);
  return bytes;
}

/** Reads what `writePlan` wrote. Its lists are views of the bytes. Throws FAILED_PRECONDITION for anything else. */
export function readPlan(given: Uint8Array): TabularPlan {
  const bytes = given.byteOffset % ALIGNMENT === 0 ? given : new Uint8Array(given);
  try {
    const head = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
    const [magic, version, length] = [0, 4, 8].map((at) => head.getUint32(at, true)) as [number, number, number];
    if (magic !== MAGIC || version !== PLAN_VERSION) throw new RangeError(`it begins with ${magic}, ${version}`);
    const start = bytes.byteOffset + aligned(HEAD_BYTES + length);
    const text = new TextDecoder().decode(bytes.subarray(HEAD_BYTES, HEAD_BYTES + length));
    return JSON.parse(text, (_, value: Written) => {
      if (typeof value !== 'object' || value === null) return value;
      if (value.$i !== undefined) return BigInt(value.$i);
      if (value.$n !== undefined) return Number(value.$n);
      if (value.$m !== undefined) return new Map(value.$m);
      if (value.$t === undefined) return value;
      const [kind, at, count] = value.$t;
      const Kind = ARRAYS[kind];
      if (!Kind || start + at + count * Kind.BYTES_PER_ELEMENT > bytes.byteOffset + bytes.length) {
        throw new RangeError('it ends within a list');
      }
      return new Kind(bytes.buffer as ArrayBuffer, start + at, count);
    }) as TabularPlan;
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new DomainError('FAILED_PRECONDITION', `it is no compiled plan of version ${PLAN_VERSION}: ${why}`);
  }
}

interface Written {
  readonly $i?: string;
  readonly $n?: string;
  readonly $m?: readonly (readonly [unknown, unknown])[];
  readonly $t?: readonly [kind: number, at: number, count: number];
}
