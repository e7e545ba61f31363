import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockReader } from '../../../core/codec/block-reader.ts';
import type { FeatureRow } from '../../../core/codec/encode-block.ts';
import { encodeBlock } from '../../../core/codec/encode-block.ts';
import type { BlockLayout, FeatureDtype, FeatureValue } from '../../../core/codec/layout.ts';
import { compareVersions } from '../../../core/codec/version.ts';

const VALUE: Record<FeatureDtype, fc.Arbitrary<FeatureValue>> = {
  FLOAT64: fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0, Number.MIN_VALUE, Number.MAX_VALUE)),
  INT64: fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n)),
  BOOL: fc.boolean(),
  STRING: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\0', '\uFEFFx'),
  ),
  TIMESTAMP: fc.maxSafeInteger(),
};
const time = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 1.6e12, max: 1.9e12 }), fc.constantFrom(0, -1, 1));
const field = fc
  .constantFrom<FeatureDtype>('FLOAT64', 'INT64', 'BOOL', 'STRING', 'TIMESTAMP')
  .chain((dtype) => fc.record({ dtype: fc.constant(dtype), value: fc.option(VALUE[dtype], { nil: null }) }));

const stored = fc
  .record({
    schemaVersion: fc.integer({ min: 0, max: 65535 }),
    eventTimeMs: time,
    availableTimeMs: fc.option(time, { nil: null }),
    fields: fc.array(field, { maxLength: 40 }),
  })
  .map(({ schemaVersion, eventTimeMs, availableTimeMs, fields }) => {
    const layout: BlockLayout = { schemaVersion, fields: fields.map(({ dtype }, i) => ({ name: `f${i}`, dtype })) };
    const row: FeatureRow = { eventTimeMs, availableTimeMs, values: fields.map(({ value }) => value) };
    return { layout, row };
  });

const one = (dtype: FeatureDtype): BlockLayout => ({ schemaVersion: 1, fields: [{ name: 'f', dtype }] });
const at = { eventTimeMs: 10, availableTimeMs: 20 };

function decodeBlock(block: Uint8Array, layout: BlockLayout) {
  const reader = new BlockReader(layout);
  const status = reader.read(block);
  const { eventTimeMs, availableTimeMs, values } = reader;
  return { status, eventTimeMs, availableTimeMs, values };
}

describe('a block of features', () => {
  it('gives back every value, bit for bit, from any offset of a buffer', () => {
    fc.assert(
      fc.property(stored, fc.integer({ min: 0, max: 9 }), ({ layout, row }, offset) => {
        const block = encodeBlock(row, layout);
        const larger = new Uint8Array(block.length + offset + 5).fill(0xee);
        larger.set(block, offset);
        const decoded = decodeBlock(larger.subarray(offset, offset + block.length), layout);
        expect(decoded.status).toBe('OK');
        expect(decoded.eventTimeMs === row.eventTimeMs && decoded.availableTimeMs === row.availableTimeMs).toBe(true);
        expect(decoded.values).toHaveLength(row.values.length);
        row.values.forEach((value, i) => {
          const want = typeof value === 'string' ? value.toWellFormed() : value;
          expect(
            layout.fields[i]!.dtype === 'FLOAT64' ? Object.is(decoded.values[i], want) : decoded.values[i] === want,
          ).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('gives of a block what is wanted, and nothing else, from the same places one block after the other', () => {
    fc.assert(
      fc.property(stored, fc.array(fc.nat(39)), fc.array(fc.boolean()), ({ layout, row }, places, nulls) => {
        const wanted = places.filter((place) => place < layout.fields.length);
        const reader = new BlockReader(layout, wanted);
        const others = row.values.map((value, i) => (nulls[i] ? null : value));
        for (const values of [row.values, others, row.values]) {
          expect(reader.read(encodeBlock({ ...row, values }, layout))).toBe('OK');
          const all = decodeBlock(encodeBlock({ ...row, values }, layout), layout).values;
          expect(reader.values).toEqual(all.map((value, i) => (wanted.includes(i) ? value : null)));
        }
      }),
    );
  });

  it('is small: 50 doubles take 425 bytes', () => {
    const fields = Array.from({ length: 50 }, (_, i) => ({ name: `f${i}`, dtype: 'FLOAT64' as const }));
    expect(encodeBlock({ ...at, values: fields.map(() => 1.5) }, { schemaVersion: 1, fields })).toHaveLength(
      18 + 7 + 400,
    );
  });

  it('replaces half of a surrogate pair, which no UTF-8 can hold, by U+FFFD', () => {
    const decoded = decodeBlock(encodeBlock({ ...at, values: ['a\ud800b'] }, one('STRING')), one('STRING'));
    expect(decoded).toMatchObject({ status: 'OK', values: ['a\ufffdb'] });
  });

  it('takes a whole number for INT64 and reads it back as bigint', () => {
    const decoded = decodeBlock(encodeBlock({ ...at, values: [7] }, one('INT64')), one('INT64'));
    expect(decoded).toMatchObject({ status: 'OK', values: [7n] });
  });

  it.each<[FeatureDtype, FeatureValue]>([
    ['FLOAT64', '1'],
    ['FLOAT64', 1n],
    ['INT64', 1.5],
    ['INT64', 2n ** 63n],
    ['INT64', NaN],
    ['INT64', true],
    ['BOOL', 1],
    ['STRING', 1],
    ['TIMESTAMP', '2026-01-01'],
    ['TIMESTAMP', 2n ** 60n],
  ])('refuses to write %s from %o', (dtype, value) => {
    expect(() => encodeBlock({ ...at, values: [value] }, one(dtype))).toThrow(/field "f" is/);
  });

  it.each([
    [{ ...at, values: [] }, one('BOOL')],
    [{ ...at, eventTimeMs: 1.5, values: [true] }, one('BOOL')],
    [{ ...at, eventTimeMs: NaN, values: [true] }, one('BOOL')],
    [{ ...at, availableTimeMs: 2 ** 60, values: [true] }, one('BOOL')],
    [
      { ...at, values: [true] },
      { ...one('BOOL'), schemaVersion: 65536 },
    ],
  ])('refuses to write a row that its layout cannot hold: %j', (row, layout) => {
    expect(() => encodeBlock(row, layout)).toThrow(RangeError);
  });
});

describe('a block that is not what the layout says', () => {
  it('of another schema version is named, not guessed at', () => {
    const block = encodeBlock({ ...at, values: [1.5] }, one('FLOAT64'));
    expect(decodeBlock(block, { ...one('FLOAT64'), schemaVersion: 2 }).status).toBe('OTHER_SCHEMA');
  });

  it('is CORRUPT when cut anywhere or lengthened', () => {
    fc.assert(
      fc.property(stored, fc.nat(), ({ layout, row }, cut) => {
        const block = encodeBlock(row, layout);
        expect(decodeBlock(block.subarray(0, cut % block.length), layout).status).toBe('CORRUPT');
        expect(decodeBlock(Uint8Array.of(...block, 0), layout).status).toBe('CORRUPT');
      }),
    );
  });

  it('is CORRUPT when a text claims more than there is, or is no UTF-8, whatever lies behind it in the buffer', () => {
    const block = encodeBlock({ ...at, values: ['abc'] }, one('STRING'));
    const larger = new Uint8Array(64).fill(0x41);
    larger.set(block);
    const view = larger.subarray(0, block.length);
    view[19] = 20;
    expect(decodeBlock(view, one('STRING')).status).toBe('CORRUPT');
    view[19] = 3;
    view[23] = 0xff;
    expect(decodeBlock(view, one('STRING')).status).toBe('CORRUPT');
  });

  it('answers and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(stored, fc.uint8Array({ maxLength: 80 }), ({ layout }, bytes) => {
        expect(['OK', 'OTHER_SCHEMA', 'CORRUPT']).toContain(decodeBlock(bytes, layout).status);
      }),
    );
  });
});

const header = (eventTimeMs: number, availableTimeMs: number | null): Uint8Array =>
  encodeBlock({ eventTimeMs, availableTimeMs, values: [] }, { schemaVersion: 1, fields: [] });
const oldestFirst = (a: number | null, b: number | null): number => Math.sign((a ?? -Infinity) - (b ?? -Infinity) || 0);

describe('the newest version wins', () => {
  it('by event time, then by available time, no time being the oldest, also before 1970', () => {
    fc.assert(
      fc.property(time, time, fc.option(time, { nil: null }), fc.option(time, { nil: null }), (e1, e2, a1, a2) => {
        const want = oldestFirst(e1, e2) || oldestFirst(a1, a2);
        expect(Math.sign(compareVersions(header(e1, a1), header(e2, a2)))).toBe(want);
      }),
    );
  });

  it('by the order of the first 16 bytes alone, as a store without our code compares them', () => {
    fc.assert(
      fc.property(time, time, fc.option(time, { nil: null }), (e1, e2, available) => {
        const [a, b] = [header(e1, available), header(e2, available)];
        expect(Math.sign(Buffer.compare(a.subarray(0, 16), b.subarray(0, 16)))).toBe(Math.sign(e1 - e2));
      }),
    );
  });

  it('and equal times are a tie', () => expect(compareVersions(header(5, 6), header(5, 6))).toBe(0));
  it('and what is too short to have times is refused', () => {
    expect(() => compareVersions(new Uint8Array(15), header(1, 1))).toThrow(RangeError);
  });
});
