import type { FeatureValue } from '../codec/layout.ts';

const FIRST_BYTES = 256;
const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Little-endian bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  /** A whole number from 0 to 2^53 in as few bytes as it needs: seven bits in each. */
  varint(value: number): void {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.u8((left % 0x80) + 0x80);
    this.u8(left);
  }

  text(value: string): void {
    const bytes = utf8.encode(value);
    this.u32(bytes.length);
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A value behind one byte that says its type. */
  value(value: FeatureValue): void {
    this.u8(TAGS.indexOf(value === null ? 'null' : typeof value));
    if (typeof value === 'number') this.f64(value);
    else if (typeof value === 'bigint') this.text(value.toString());
    else if (typeof value === 'boolean') this.u8(value ? 1 : 0);
    else if (value !== null) this.text(value);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  /** Answers where to write; the bytes may be others afterwards. */
  #room(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#at, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

const TAGS: readonly string[] = ['null', 'number', 'bigint', 'boolean', 'string'];

/** Reads what a `ByteWriter` wrote. Throws RangeError where the bytes end too soon. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#next(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#next(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#next(8), true);
  }

  varint(): number {
    let [value, weight] = [0, 1];
    for (;;) {
      const byte = this.u8();
      value += (byte % 0x80) * weight;
      if (!Number.isSafeInteger(value)) throw new RangeError('a whole number is beyond 2^53');
      if (byte < 0x80) return value;
      weight *= 0x80;
    }
  }

  text(): string {
    const length = this.u32();
    if (this.#at + length > this.#bytes.length) throw new RangeError(`a text of ${length} bytes is cut off`);
    const at = this.#next(length);
    return text.decode(this.#bytes.subarray(at, at + length));
  }

  value(): FeatureValue {
    const type = TAGS[this.u8()];
    if (type === 'null') return null;
    if (type === 'number') return this.f64();
    if (type === 'bigint') return BigInt(this.text());
    if (type === 'boolean') return this.u8() === 1;
    if (type === 'string') return this.text();
    throw new RangeError('a value has no type that is known');
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  #next(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
