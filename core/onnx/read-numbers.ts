import { bytesOf, int64sOf, malformed, type ProtobufField } from './protobuf.ts';

/** Numbers as protobuf lists them: one field each or, packed, many in one field. They take the room that they have in the file. */
export class NumberList {
  readonly #parts: Uint8Array[] = [];
  readonly #size: 4 | 8;
  #bytes = 0;

  constructor(size: 4 | 8) {
    this.#size = size;
  }

  add(field: ProtobufField): void {
    const bytes = field.kind === 'fixed' ? field.bytes : bytesOf(field);
    if (bytes.length % this.#size !== 0)
      throw malformed(`field ${field.number} is no list of ${this.#size}-byte numbers`);
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Little-endian, as written. */
  joined(): Uint8Array {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

export function float32sIn(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

export function float64sIn(bytes: Uint8Array): Float64Array {
  const view = viewOf(bytes);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Signed integers, one field each or packed. */
export class IntegerList {
  readonly #values: bigint[] = [];

  add(field: ProtobufField): void {
    if (field.kind === 'varint') this.#values.push(BigInt.asIntN(64, field.value));
    else for (const value of int64sOf(field)) this.#values.push(value);
  }

  get values(): readonly bigint[] {
    return this.#values;
  }
}

/** As numbers; what a double does not hold is refused. */
export function safeIntegers(values: readonly bigint[], what: string): Int32Array {
  return Int32Array.from(values, (value) => {
    if (value < -0x8000_0000n || value > 0x7fff_ffffn)
      throw malformed(`${what} holds ${value}, which is beyond 32 bits`);
    return Number(value);
  });
}
