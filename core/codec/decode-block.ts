import type { BlockLayout, FeatureDtype, FeatureValue } from './layout.ts';
import { NULLS_AT, SCHEMA_AT, slotsAt, STRING_LENGTH_BYTES } from './layout.ts';
import type { BlockTimes } from './version.ts';
import { readTimes } from './version.ts';

/** Stores hold what older versions wrote and what disks did to it: both are answers here, never exceptions. */
export type DecodedBlock =
  | (BlockTimes & { readonly status: 'OK'; readonly values: readonly FeatureValue[] })
  | { readonly status: 'OTHER_SCHEMA'; readonly schemaVersion: number }
  | { readonly status: 'CORRUPT'; readonly reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const corrupt = (reason: string): DecodedBlock => ({ status: 'CORRUPT', reason });

/** Reads what `encodeBlock` wrote with the same layout, from bytes at any offset of their buffer. */
export function decodeBlock(block: Uint8Array, layout: BlockLayout): DecodedBlock {
  if (block.length < NULLS_AT) return corrupt(`${block.length} bytes are fewer than a header`);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const schemaVersion = view.getUint16(SCHEMA_AT);
  if (schemaVersion !== layout.schemaVersion) return { status: 'OTHER_SCHEMA', schemaVersion };

  const doubles = layout.fields.filter(({ dtype }) => dtype === 'FLOAT64').length;
  const cursor = { slot: slotsAt(layout), tail: slotsAt(layout) + doubles * 8 };
  if (block.length < cursor.tail) return corrupt(`${block.length} bytes are fewer than the layout's ${cursor.tail}`);
  try {
    const values = layout.fields.map(({ dtype }, i) => {
      const isNull = (view.getUint8(NULLS_AT + (i >> 3)) >> (i & 7)) & 1;
      return readValue(view, cursor, dtype, isNull === 1);
    });
    if (cursor.tail !== block.length) return corrupt(`${block.length - cursor.tail} bytes follow the last field`);
    return { status: 'OK', ...readTimes(view), values };
  } catch (error) {
    // DataView and TextDecoder say RangeError and TypeError for a length or a text that is not there.
    if (error instanceof RangeError || error instanceof TypeError) return corrupt(error.message);
    throw error;
  }
}

interface Cursor {
  slot: number;
  tail: number;
}

function readValue(view: DataView, cursor: Cursor, dtype: FeatureDtype, isNull: boolean): FeatureValue {
  if (dtype === 'FLOAT64') {
    const value = view.getFloat64(cursor.slot, true);
    cursor.slot += 8;
    return isNull ? null : value;
  }
  if (isNull) return null;
  const at = cursor.tail;
  if (dtype === 'BOOL') {
    cursor.tail += 1;
    return view.getUint8(at) === 1;
  }
  if (dtype === 'STRING') {
    const from = at + STRING_LENGTH_BYTES;
    const length = view.getUint32(at, true);
    cursor.tail = from + length;
    return utf8.decode(new Uint8Array(view.buffer, view.byteOffset + from, lengthWithin(view, from, length)));
  }
  cursor.tail += 8;
  const value = view.getBigInt64(at, true);
  return dtype === 'INT64' ? value : Number(value);
}

// A view over a larger buffer would let a lying length read its neighbours.
function lengthWithin(view: DataView, from: number, length: number): number {
  if (from + length > view.byteLength) throw new RangeError(`a text of ${length} bytes is longer than what is left`);
  return length;
}
