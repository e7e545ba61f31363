import { describe, expect, it } from 'vitest';
import { fairnessOf, groupCounts, type GroupCounts } from '../../../core/statistics/fairness.ts';
import { aucInterval } from '../../../core/statistics/model-quality/auc-interval.ts';

const group = (
  name: string,
  rows: number,
  positives: number,
  selected: number,
  truePositives: number,
): GroupCounts => ({
  group: name,
  rows,
  positives,
  selected,
  truePositives,
});

// Selected 60 of 100 and 30 of 100; true positives 45 of 50 and 24 of 40; precision 45 of 60 and 24 of 30.
const groups = [group('a', 100, 50, 60, 45), group('b', 100, 40, 30, 24)];

describe('fairness between groups', () => {
  it.each([
    ['demographicParity', 0.3, 200, 'a', 'b'],
    ['equalOpportunity', 0.3, 90, 'a', 'b'],
    ['predictiveParity', 0.05, 90, 'b', 'a'],
    ['fourFifths', 0.5, 200, 'a', 'b'],
  ] as const)('%s', (measure, value, n, highest, lowest) => {
    const result = fairnessOf(measure, groups, 1);
    expect(result).toMatchObject({ n, highest, lowest, tooSmall: [] });
    expect(result.value).toBeCloseTo(value, 12);
    expect(result.interval!.lower).toBeLessThan(value);
    expect(result.interval!.upper).toBeGreaterThan(value);
  });

  it('gives Newcombe’s interval of the difference and Katz’s of the ratio', () => {
    // 56/70 against 48/80: Newcombe (1998), table II, method 10, (a) .0524 to .3339.
    const newcombe = fairnessOf('demographicParity', [group('x', 70, 0, 56, 0), group('y', 80, 0, 48, 0)], 1);
    expect(newcombe.interval).toEqual({ lower: expect.closeTo(0.0524, 4), upper: expect.closeTo(0.3339, 4) });
    // exp(ln .5 ± 1.96·√(.4/60 + .7/30)).
    const ratio = fairnessOf('fourFifths', groups, 1);
    expect(ratio.interval).toEqual({ lower: expect.closeTo(0.3561, 4), upper: expect.closeTo(0.7021, 4) });
  });

  it('names groups with too few rows for the rate, and judges none below two', () => {
    const small = [...groups, group('c', 5, 1, 5, 1)];
    expect(fairnessOf('demographicParity', small, 30)).toMatchObject({ highest: 'a', tooSmall: ['c'] });
    expect(fairnessOf('demographicParity', small, 1)).toMatchObject({ highest: 'c', tooSmall: [] });
    expect(fairnessOf('equalOpportunity', groups, 45)).toMatchObject({ value: null, n: 0, tooSmall: ['b'] });
  });

  it('treats groups alike of which nobody was selected, and a group without any yes as 0', () => {
    expect(fairnessOf('fourFifths', [group('a', 50, 0, 0, 0), group('b', 50, 0, 0, 0)], 1).value).toBe(1);
    expect(fairnessOf('fourFifths', [group('a', 50, 0, 10, 0), group('b', 50, 0, 0, 0)], 1)).toMatchObject({
      value: 0,
      interval: null,
    });
  });

  it('counts labels and decisions by group', () => {
    expect(groupCounts(['b', 'a', 'b'], [1, 0, 1], [true, true, false])).toEqual([
      group('a', 1, 0, 1, 0),
      group('b', 2, 2, 1, 1),
    ]);
    expect(() => groupCounts(['a'], [2], [true])).toThrow('labels[0] is 2; allowed: 0 or 1');
  });
});

it('gives Hanley and McNeil’s interval of an area', () => {
  // At an area of 1/2 both probabilities of the formula are 1/3: variance (1/4 + 9/12 + 9/12) / 100.
  const margin = 1.959964 * Math.sqrt(0.0175);
  expect(aucInterval(0.5, 10, 10)).toEqual({
    lower: expect.closeTo(0.5 - margin, 6),
    upper: expect.closeTo(0.5 + margin, 6),
  });
  expect(aucInterval(1, 5, 5)).toEqual({ lower: 1, upper: 1 });
  expect(aucInterval(0.9, 0, 10)).toBe(null);
});
