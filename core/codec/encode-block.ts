import type { BlockLayout, FeatureValue } from './layout.ts';
import { NULLS_AT, SCHEMA_AT, slotsAt, STRING_LENGTH_BYTES } from './layout.ts';
import type { BlockTimes } from './version.ts';
import { writeTimes } from './version.ts';

export interface FeatureRow extends BlockTimes {
  /** One value for each field of the layout, in its order. */
  readonly values: readonly FeatureValue[];
}

const utf8 = new TextEncoder();
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * One entity's features of one view version: header, null bitmap, a little-endian double for each FLOAT64, and a tail
 * with the other values that are not null, each as its own bytes, strings behind their length. A value that is not of
 * its field's type is the caller's bug and throws TypeError. Half of a surrogate pair becomes U+FFFD.
 */
export function encodeBlock(row: FeatureRow, layout: BlockLayout): Uint8Array {
  const { fields, schemaVersion } = layout;
  if (row.values.length !== fields.length)
    throw new RangeError(`the layout has ${fields.length} fields, the row ${row.values.length} values`);
  if (!Number.isInteger(schemaVersion) || schemaVersion < 0 || schemaVersion > 0xffff)
    throw new RangeError(`schema version must be 0 to 65535, not ${schemaVersion}`);

  const doubles = fields.filter(({ dtype }) => dtype === 'FLOAT64').length;
  const tail = fields.map(({ name, dtype }, i) => tailOf(name, dtype, row.values[i] ?? null));
  const tailBytes = tail.reduce((sum, part) => sum + (part?.length ?? 0), 0);
  let at = slotsAt(layout);
  const block = new Uint8Array(at + doubles * 8 + tailBytes);
  const view = new DataView(block.buffer);
  writeTimes(view, row);
  view.setUint16(SCHEMA_AT, schemaVersion);

  fields.forEach(({ name, dtype }, i) => {
    const value = row.values[i] ?? null;
    if (value === null) setNull(view, i);
    if (dtype !== 'FLOAT64') return;
    if (value !== null && typeof value !== 'number') throw wrongType(name, dtype, value);
    view.setFloat64(at, value ?? 0, true);
    at += 8;
  });
  for (const part of tail) {
    if (!part) continue;
    block.set(part, at);
    at += part.length;
  }
  return block;
}

function setNull(view: DataView, field: number): void {
  const at = NULLS_AT + (field >> 3);
  view.setUint8(at, view.getUint8(at) | (1 << (field & 7)));
}

function tailOf(name: string, dtype: string, value: FeatureValue): Uint8Array | undefined {
  if (value === null || dtype === 'FLOAT64') return undefined;
  if (dtype === 'BOOL' && typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  if (dtype === 'STRING' && typeof value === 'string') {
    const text = utf8.encode(value);
    const part = new Uint8Array(STRING_LENGTH_BYTES + text.length);
    new DataView(part.buffer).setUint32(0, text.length, true);
    part.set(text, STRING_LENGTH_BYTES);
    return part;
  }
  if (dtype === 'INT64' || dtype === 'TIMESTAMP') return int64(name, dtype, value);
  throw wrongType(name, dtype, value);
}

function int64(name: string, dtype: string, value: FeatureValue): Uint8Array {
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  if (!whole) throw wrongType(name, dtype, value);
  const wide = BigInt(value);
  if (dtype === 'TIMESTAMP' && !Number.isSafeInteger(Number(wide))) throw wrongType(name, dtype, value);
  if (wide < INT64_MIN || wide > INT64_MAX) throw wrongType(name, dtype, value);
  const part = new Uint8Array(8);
  new DataView(part.buffer).setBigInt64(0, wide, true);
  return part;
}

const wrongType = (name: string, dtype: string, value: FeatureValue): TypeError =>
  new TypeError(`field "${name}" is ${dtype}, and ${typeof value} ${String(value).slice(0, 40)} does not fit it`);
