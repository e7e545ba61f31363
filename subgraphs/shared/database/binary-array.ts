/** How one type of Postgres is written: its number, the most bytes that a value takes, and the value's bytes at a place. */
interface Element<Value> {
  readonly oid: number;
  readonly most: (value: Value) => number;
  /** Answers where the value ends. */
  readonly write: (bytes: Buffer, value: Value, at: number) => number;
}

const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

const bytesOf = (text: string): number => Buffer.byteLength(text);

const TEXTS = {
  text: { oid: 25, most: bytesOf, write: (bytes, text, at) => at + bytes.write(text, at) },
  /** JSON as text, behind the version of its form. */
  jsonb: {
    oid: 3802,
    most: (text) => bytesOf(text) + 1,
    write: (bytes, text, at) => at + 1 + bytes.write(text, bytes.writeUInt8(1, at)),
  },
  uuid: {
    oid: 2950,
    most: () => 16,
    write: (bytes, text, at) => at + bytes.write(text.replaceAll('-', ''), at, 'hex'),
  },
} satisfies Record<string, Element<string>>;

const NUMBERS = {
  float8: { oid: 701, most: () => 8, write: (bytes, value, at) => bytes.writeDoubleBE(value, at) },
  bigint: { oid: 20, most: () => 8, write: (bytes, value, at) => bytes.writeBigInt64BE(BigInt(value), at) },
  /** From milliseconds since 1970. */
  timestamptz: {
    oid: 1184,
    most: () => 8,
    write: (bytes, ms, at) => bytes.writeBigInt64BE(BigInt(ms - POSTGRES_EPOCH_MS) * 1_000n, at),
  },
} satisfies Record<string, Element<number>>;

export type TextType = keyof typeof TEXTS;
export type NumberType = keyof typeof NUMBERS;

/**
 * Arrays as Postgres takes them in binary form, for `$1::text[]` and the like: as text each element would be escaped here and
 * taken apart there, which costs more than all else for a thousand documents of JSON.
 */
export const textArray = (type: TextType, values: readonly (string | null | undefined)[]): Buffer =>
  arrayOf<string>(TEXTS[type], values);

export const numberArray = (type: NumberType, values: readonly (number | null | undefined)[]): Buffer =>
  arrayOf<number>(NUMBERS[type], values);

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

function arrayOf<Value>({ oid, most, write }: Element<Value>, values: readonly (Value | null | undefined)[]): Buffer {
  let size = HEADER_BYTES;
  let hasNull = 0;
  for (const value of values) {
    const isNull = value === null || value === undefined;
    size += LENGTH_BYTES + (isNull ? 0 : most(value));
    if (isNull) hasNull = 1;
  }
  const bytes = Buffer.allocUnsafe(size);
  // Dimensions, whether there are nulls, the type; then, of the one dimension, its length and where it begins.
  const head = values.length === 0 ? [0, 0, oid] : [1, hasNull, oid, values.length, 1];
  let at = 0;
  for (const part of head) at = bytes.writeInt32BE(part, at);
  for (const value of values) {
    if (value === null || value === undefined) {
      at = bytes.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const end = write(bytes, value, at + LENGTH_BYTES);
    bytes.writeInt32BE(end - at - LENGTH_BYTES, at);
    at = end;
  }
  return bytes.subarray(0, at);
}
