import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  asymptoticSequence,
  oneSidedHalfWidth,
  oneSidedP,
  oneSidedSize,
  sequenceSize,
} from '../../../../core/statistics/sequential/confidence-sequence.ts';
import { pairedMomentsTest, pairedTest } from '../../../../core/statistics/means.ts';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import { signTest } from '../../../../core/statistics/sign-test.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const file = new URL('../../../vectors/stats/public-sequential.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')).cases.filter(
  ({ input }: any) => input.kind === 'asymptoticConfidenceSequence',
);

describe('the asymptotic confidence sequence', () => {
  it('has vectors to be held to', () => expect(cases.length).toBeGreaterThan(3));

  it.each(cases as any[])('is right for $id', ({ input, expected }) => {
    const { estimate, standardError, n, alpha, tuning: tunedFor } = input;
    const found = asymptoticSequence({ estimate, standardError, n, alpha, tunedFor });
    expect(found.halfWidth).toBeCloseTo(expected.halfWidth, 11);
    expect(found.interval.lower).toBeCloseTo(expected.ci[0], 11);
    expect(found.interval.upper).toBeCloseTo(expected.ci[1], 11);
    expect(found.pAlwaysValid).toBeCloseTo(expected.pAlwaysValid, 11);
  });

  it('finds nothing where there is nothing, in nearly all of many runs that are looked at all the time', () => {
    const random = seededRandom(11);
    let alarms = 0;
    for (let run = 0; run < 300; run++) {
      let [n, sum, squares] = [0, 0, 0];
      let stopped = false;
      for (let look = 0; look < 50 && !stopped; look++) {
        for (let i = 0; i < 100; i++) {
          const value = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
          n++;
          sum += value;
          squares += value * value;
        }
        const standardError = Math.sqrt((squares / n - (sum / n) ** 2) / n);
        const { interval } = asymptoticSequence({ estimate: sum / n, standardError, n, alpha: 0.05, tunedFor: 5_000 });
        stopped = interval.lower > 0 || interval.upper < 0;
      }
      if (stopped) alarms++;
    }
    expect(alarms / 300).toBeLessThan(0.05);
  });

  it('says how many values it takes to be as narrow as asked, and not one more', () => {
    for (const [deviation, halfWidth] of [
      [0.1, 0.001],
      [1, 0.5],
      [0.02, 0.01],
    ] as const) {
      const n = sequenceSize(deviation, halfWidth, 0.05, 5_000);
      const widthOf = (count: number): number =>
        asymptoticSequence({
          estimate: 0,
          standardError: deviation / Math.sqrt(count),
          n: count,
          alpha: 0.05,
          tunedFor: 5_000,
        }).halfWidth;
      expect(widthOf(n)).toBeLessThanOrEqual(halfWidth);
      expect(widthOf(n - 1)).toBeGreaterThan(halfWidth);
    }
  });

  it('refuses what it cannot be computed for', () => {
    const input = { estimate: 0, standardError: 1, n: 10, alpha: 0.05, tunedFor: 5_000 };
    expect(() => asymptoticSequence({ ...input, n: 0 })).toThrow('n is 0');
    expect(() => asymptoticSequence({ ...input, alpha: 1 })).toThrow('alpha');
    expect(() => asymptoticSequence({ ...input, tunedFor: 0 })).toThrow('tunedFor');
    expect(() => sequenceSize(1, 0, 0.05, 5_000)).toThrow('halfWidth');
  });
});

describe('paired tests', () => {
  it('are the same from values and from the moments of their differences', () => {
    const random = seededRandom(3);
    const before = Array.from({ length: 200 }, () => random());
    const after = before.map((value) => value + random() / 10);
    const moments = momentsOf(after.map((value, i) => value - before[i]!));
    expect(pairedMomentsTest(moments)).toEqual(pairedTest(before, after));
  });

  it('have no evidence below two pairs', () => {
    expect(pairedMomentsTest({ n: 0, mean: 0, m2: 0 })).toMatchObject({ difference: null, pTwoSided: 1 });
    expect(pairedMomentsTest({ n: 1, mean: 3, m2: 0 })).toMatchObject({ difference: 3, interval: null, pTwoSided: 1 });
  });
});

describe('the sign test', () => {
  // 2·P(X ≤ k) of a fair coin, by hand.
  it.each([
    [0, 0, 1],
    [1, 0, 1],
    [5, 0, 2 / 32],
    [8, 2, (2 * (1 + 10 + 45)) / 1_024],
    [5, 5, 1],
  ])('of %i higher and %i lower is p = %f', (higher, lower, p) => {
    expect(signTest(higher, lower).pTwoSided).toBeCloseTo(p, 12);
    expect(signTest(lower, higher).pTwoSided).toBeCloseTo(p, 12);
  });

  it('stands large counts', () => {
    expect(signTest(500_000, 500_000).pTwoSided).toBe(1);
    expect(signTest(501_500, 498_500).pTwoSided).toBeCloseTo(0.0027, 3);
  });
});

describe('the one-sided sequence', () => {
  const look = { standardError: 0.02, n: 900, alpha: 0.05, tunedFor: 1_000 };

  it('has a p below alpha exactly where its bound lies above 0', () => {
    const reach = oneSidedHalfWidth(look);
    expect(oneSidedP({ ...look, estimate: reach })).toBeCloseTo(0.05, 12);
    expect(oneSidedP({ ...look, estimate: reach * 1.001 })).toBeLessThan(0.05);
    expect(oneSidedP({ ...look, estimate: reach * 0.999 })).toBeGreaterThan(0.05);
    for (const estimate of [0, -1]) expect(oneSidedP({ ...look, estimate })).toBe(1);
    expect(oneSidedP({ ...look, standardError: 0, estimate: 0.1 })).toBe(0);
    expect(() => oneSidedP({ ...look, estimate: 1, n: 0 })).toThrow('n');
  });

  it('says how many values it takes', () => {
    const of = { deviation: 1, halfWidth: 0.1, alpha: 0.05, tunedFor: 1_000 };
    const n = oneSidedSize(of);
    const reachAt = (count: number): number =>
      oneSidedHalfWidth({ standardError: 1 / Math.sqrt(count), n: count, alpha: 0.05, tunedFor: 1_000 });
    expect(reachAt(n)).toBeLessThanOrEqual(0.1);
    expect(reachAt(n - 1)).toBeGreaterThan(0.1);
    expect(oneSidedSize({ ...of, halfWidth: 1e-12 })).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => oneSidedSize({ ...of, halfWidth: 0 })).toThrow('halfWidth');
  });
});
