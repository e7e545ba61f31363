import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCategory,
  distinctTexts,
  inSameCategories,
  noCategories,
  totalOf,
} from '../../../core/sketch/category-counts.ts';
import { sketchQuantile } from '../../../core/sketch/ddsketch.ts';
import { decodeProfiles, encodeProfiles } from '../../../core/sketch/profile-codec.ts';
import {
  addToProfile,
  emptyProfile,
  mergeInto,
  type NumberProfile,
  type ValueProfile,
} from '../../../core/sketch/value-profile.ts';

const EDGES = [-10, 0, 0.5, 100];
type Row = readonly [value: number | bigint | boolean | string | null, status: string];

function profileOf(rows: readonly Row[], edges: readonly number[] = EDGES): ValueProfile {
  const profile = emptyProfile(edges);
  for (const [value, status] of rows) addToProfile(profile, value, status);
  return profile;
}

function merged(...parts: readonly ValueProfile[]): ValueProfile {
  const whole = emptyProfile(EDGES);
  for (const part of parts) mergeInto(whole, part);
  return whole;
}

/** Everything that is counted: it must agree to the last bit, whatever the order. */
function countsOf({ statuses, numbers: { mean: _mean, m2: _m2, ...numbers }, categories }: ValueProfile) {
  return { statuses, numbers, categories };
}

const value: fc.Arbitrary<Row[0]> = fc.oneof(
  fc.double({ noNaN: false, noDefaultInfinity: false }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -20, max: 120 }),
  fc.boolean(),
  fc.integer({ min: 0, max: 400 }).map((n) => `category-${n}`),
  fc.constant(null),
);
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(value, fc.constantFrom('PRESENT', 'PRESENT', 'PRESENT', 'NOT_FOUND', 'NULL_VALUE')),
  { maxLength: 250 },
);

describe('a profile', () => {
  it('is that of all values together, whichever way they were divided and in whatever order the parts come', () => {
    fc.assert(
      fc.property(rows, rows, rows, (a, b, c) => {
        const [x, y, z] = [profileOf(a), profileOf(b), profileOf(c)];
        const whole = profileOf([...a, ...b, ...c]);
        const left = merged(merged(x, y), z);
        const right = merged(z, merged(y, x));
        expect(countsOf(left)).toEqual(countsOf(whole));
        expect(countsOf(right)).toEqual(countsOf(whole));
        const close = ({ mean, m2 }: NumberProfile): void => {
          const scale = Math.max(1, Math.abs(whole.numbers.mean), Math.sqrt(whole.numbers.m2));
          expect(Math.abs(mean - whole.numbers.mean) / scale).toBeLessThan(1e-9);
          expect(Math.abs(m2 - whole.numbers.m2) / scale ** 2).toBeLessThan(1e-9);
        };
        close(left.numbers);
        close(right.numbers);
      }),
    );
  });

  it('counts numbers in the bins of the reference, open at both ends', () => {
    const { numbers } = profileOf([-11, -10, -1, 0, 0.4, 0.5, 99, 100, 1e9].map((one): Row => [one, 'PRESENT']));
    expect(numbers.counts).toEqual([1, 2, 2, 2, 2]);
    expect([numbers.n, numbers.min, numbers.max]).toEqual([9, -11, 1e9]);
    expect(Math.abs(sketchQuantile(numbers.sketch, 1) / 1e9 - 1)).toBeLessThan(0.01);
  });

  it('keeps what is no number, and what has no value, apart', () => {
    const { statuses, numbers, categories } = profileOf([
      [Number.NaN, 'PRESENT'],
      [Infinity, 'PRESENT'],
      [2n ** 60n, 'PRESENT'],
      [true, 'PRESENT'],
      [7, 'OUTSIDE_MAX_AGE'],
      [null, 'NULL_VALUE'],
    ]);
    expect(Object.fromEntries(statuses)).toEqual({ PRESENT: 4, OUTSIDE_MAX_AGE: 1, NULL_VALUE: 1 });
    expect([numbers.n, numbers.mean, numbers.invalid]).toEqual([1, 2 ** 60, 2]);
    expect(Object.fromEntries(categories.counts)).toEqual({ true: 1 });
  });

  it('is not merged with one that was counted in other bins', () => {
    expect(() => mergeInto(emptyProfile([1, 2]), emptyProfile([1, 3]))).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { field: 'edges', allowed: ['1 2'] } }),
    );
  });
});

describe('categories', () => {
  const counted = (from: number, to: number, times = 1) => {
    const categories = noCategories();
    for (let i = from; i < to; i++) addCategory(categories, `c${i}`, times);
    return categories;
  };

  it('beyond a hundred are one sum, and how many there are is still known within a quarter', () => {
    const many = counted(0, 5_000, 3);
    expect([many.counts.size, totalOf(many)]).toEqual([100, 15_000]);
    expect(distinctTexts(many)).toBeGreaterThan(3_750);
    expect(distinctTexts(many)).toBeLessThan(6_250);
    expect(distinctTexts(counted(0, 100))).toBe(100);
  });

  it('are compared only where both sides would have kept them', () => {
    const [few, many] = [counted(0, 50), counted(0, 5_000)];
    const { texts, reference, current } = inSameCategories(few, many);
    expect(texts.length).toBeLessThan(50);
    expect(new Set(reference)).toEqual(new Set([1]));
    expect(current).toEqual(reference);
    expect(inSameCategories(counted(0, 3), counted(1, 4)).texts).toEqual(['c0', 'c1', 'c2']);
  });
});

describe('the bytes of profiles', () => {
  it('bear all of them', () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const profiles = new Map([
          ['score', profileOf(a)],
          ['user_txn__amount', profileOf(b, [])],
        ]);
        expect(decodeProfiles(encodeProfiles(profiles))).toEqual(profiles);
      }),
    );
  });

  const bytes = encodeProfiles(
    new Map([
      [
        'score',
        profileOf([
          [1, 'PRESENT'],
          [2, 'PRESENT'],
        ]),
      ],
    ]),
  );

  it.each([
    ['of another version', () => Uint8Array.of(2, ...bytes.slice(1)), 'version 2 is not known; allowed: 1'],
    ['cut off', () => bytes.slice(0, -1), ''],
    ['with more behind them', () => Uint8Array.of(...bytes, 0), 'bytes follow after the last profile'],
    ['of counts that do not add up', () => bytes.with(bytes.length - 5, 3), 'bins do not hold the 2 numbers'],
  ])('are refused: %s', (_, broken, message) => {
    expect(() => decodeProfiles(broken())).toThrow(RangeError);
    expect(() => decodeProfiles(broken())).toThrow(message);
  });
});
