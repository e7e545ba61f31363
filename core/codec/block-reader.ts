import type { BlockLayout, FeatureDtype, FeatureValue } from './layout.ts';
import { NULLS_AT, SCHEMA_AT, slotsAt, STRING_LENGTH_BYTES } from './layout.ts';
import { availableTimeOf, eventTimeOf } from './version.ts';

/** Stores hold what older versions wrote and what disks did to it: both are answers here, never exceptions. */
export type BlockStatus = 'OK' | 'OTHER_SCHEMA' | 'CORRUPT';

interface Field {
  readonly index: number;
  readonly dtype: FeatureDtype;
  readonly isWanted: boolean;
  readonly nullAt: number;
  readonly nullMask: number;
  /** Of a FLOAT64: where its slot is. Other fields lie in the tail, one behind the other. */
  readonly slot: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads what `encodeBlock` wrote with the same layout, from bytes at any offset of their buffer. Only the wanted fields are
 * decoded, each block into the same places: values are good until the next one is read.
 */
export class BlockReader {
  /** One place for each field of the layout; null for those that are not wanted. */
  readonly values: FeatureValue[];
  eventTimeMs = 0;
  availableTimeMs: number | null = null;
  readonly #schemaVersion: number;
  readonly #doubles: readonly Field[];
  readonly #tail: readonly Field[];
  readonly #tailAt: number;

  /** Without `wanted`, the places of the wanted fields, all of them are. */
  constructor(layout: BlockLayout, wanted?: readonly number[]) {
    let slot = slotsAt(layout);
    const fields = layout.fields.map(({ dtype }, index): Field => {
      const field = { index, dtype, isWanted: wanted?.includes(index) ?? true, slot };
      if (dtype === 'FLOAT64') slot += 8;
      return { ...field, nullAt: NULLS_AT + (index >> 3), nullMask: 1 << (index & 7) };
    });
    this.values = fields.map(() => null);
    this.#schemaVersion = layout.schemaVersion;
    this.#doubles = fields.filter(({ dtype, isWanted }) => dtype === 'FLOAT64' && isWanted);
    this.#tail = fields.filter(({ dtype }) => dtype !== 'FLOAT64');
    this.#tailAt = slot;
  }

  read(block: Uint8Array): BlockStatus {
    if (block.length < NULLS_AT) return 'CORRUPT';
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    if (view.getUint16(SCHEMA_AT) !== this.#schemaVersion) return 'OTHER_SCHEMA';
    if (block.length < this.#tailAt) return 'CORRUPT';
    this.eventTimeMs = eventTimeOf(block);
    this.availableTimeMs = availableTimeOf(block);
    for (const { index, nullAt, nullMask, slot } of this.#doubles) {
      this.values[index] = view.getUint8(nullAt) & nullMask ? null : view.getFloat64(slot, true);
    }
    try {
      return this.#readTail(view) === block.length ? 'OK' : 'CORRUPT';
    } catch (error) {
      // DataView and TextDecoder say RangeError and TypeError for a length or a text that is not there.
      if (error instanceof RangeError || error instanceof TypeError) return 'CORRUPT';
      throw error;
    }
  }

  /** Where the tail ends. */
  #readTail(view: DataView): number {
    let at = this.#tailAt;
    for (const { index, dtype, isWanted, nullAt, nullMask } of this.#tail) {
      const isNull = (view.getUint8(nullAt) & nullMask) !== 0;
      if (isWanted) this.values[index] = isNull ? null : valueAt(view, at, dtype);
      if (!isNull) at += bytesAt(view, at, dtype);
    }
    return at;
  }
}

function bytesAt(view: DataView, at: number, dtype: FeatureDtype): number {
  if (dtype === 'STRING') return STRING_LENGTH_BYTES + view.getUint32(at, true);
  return dtype === 'BOOL' ? 1 : 8;
}

function valueAt(view: DataView, at: number, dtype: FeatureDtype): FeatureValue {
  if (dtype === 'BOOL') return view.getUint8(at) === 1;
  if (dtype === 'STRING') {
    const from = at + STRING_LENGTH_BYTES;
    const length = view.getUint32(at, true);
    // A view over a larger buffer would let a lying length read its neighbours.
    if (from + length > view.byteLength) throw new RangeError(`a text of ${length} bytes is longer than what is left`);
    return utf8.decode(new Uint8Array(view.buffer, view.byteOffset + from, length));
  }
  const value = view.getBigInt64(at, true);
  return dtype === 'INT64' ? value : Number(value);
}
