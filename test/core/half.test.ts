import { describe, expect, it } from 'vitest';
import { bitsOfHalf, fromHalves, halfOf, halvesOf } from '../../core/half.ts';
import { seededRandom } from '../support/seeded-random.ts';

const ALL = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const ENDS = [0, -0, 65_504, 65_519.999, 65_520, -65_520, Infinity, -Infinity, NaN, 5e-324, 2 ** -25, 2 ** -25 * 1.001];

/** What the language itself makes of a number. */
const nearest = (value: number): number => Float16Array.of(value)[0]!;

describe('a half', () => {
  it('is the value that the language reads in its bits, each of them', () => {
    const theirs = new Float16Array(ALL.buffer);
    expect(Array.from(ALL).filter((bits) => !Object.is(halfOf(bits), theirs[bits]))).toEqual([]);
  });

  it('goes into bits and comes back as it was, NaN as some NaN', () => {
    const values = fromHalves(ALL);
    const back = fromHalves(halvesOf(values));
    expect(Array.from(ALL).filter((bits) => !Object.is(back[bits], values[bits]))).toEqual([]);
  });

  it('stands for the numbers that are nearest to it, of two as near for the even one', () => {
    const random = seededRandom(5);
    const numbers = [
      ...Array.from({ length: 20_000 }, () => (random() - 0.5) * 2 ** Math.floor(random() * 44 - 26)),
      // Halfway between two, and a hair beside it.
      ...Array.from({ length: 31_743 }, (_, bits) => (halfOf(bits) + halfOf(bits + 1)) / 2).flatMap((middle) => [
        middle,
        -middle,
        middle * (1 + 2 ** -50),
        middle * (1 - 2 ** -50),
      ]),
      ...ENDS,
    ];
    expect(numbers.filter((value) => !Object.is(halfOf(bitsOfHalf(value)), nearest(value)))).toEqual([]);
  });

  it('is read from an array of its own kind as well', () => {
    expect(fromHalves(Float16Array.of(1.5, -0, Infinity))).toEqual(Float32Array.of(1.5, -0, Infinity));
  });
});
