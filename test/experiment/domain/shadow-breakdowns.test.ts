import { describe, expect, it } from 'vitest';
import { checkCosts } from '../../../core/decision-cost.ts';
import { impactOf } from '../../../subgraphs/experiment/domain/shadow/shadow-impact.ts';
import { compareSlices } from '../../../subgraphs/experiment/domain/shadow/shadow-slices.ts';

const slice = (segment: string, value: string, decided: number, flipped: number) => ({
  segment,
  value,
  decided,
  flipped,
});

describe('the slices of a shadow', () => {
  it("are the source's: 47 % of the disagreements in the monsoon", () => {
    // 87 % agreement over 100,000 answers.
    const found = compareSlices([
      slice('season', 'summer', 40_000, 3_500),
      slice('season', 'monsoon', 25_000, 6_110),
      slice('season', 'winter', 35_000, 3_390),
      slice('city', 'Delhi', 50_000, 6_500),
      slice('city', 'Mumbai', 50_000, 6_500),
    ]);
    const [first] = found;
    expect(first).toMatchObject({ segment: 'season', value: 'monsoon', shareOfFlips: 0.47, shareOfPairs: 0.25 });
    expect(first!.p).toBeLessThan(1e-10);
    expect(first!.inWords).toMatch(
      /^47 % of the disagreements lie where season=monsoon, which is 25 % of the pairs: it disagrees with 24 % of the answers there/,
    );
    expect(found.filter(({ segment }) => segment === 'city').every(({ p }) => p > 0.9)).toBe(true);
  });

  it('put what is shown before what may be chance, however large its rate', () => {
    const found = compareSlices([
      slice('state', 'tiny', 4, 3),
      slice('state', 'large', 10_000, 2_000),
      slice('state', 'rest', 90_000, 9_000),
    ]);
    expect(found.map(({ value }) => value)).toEqual(['large', 'tiny', 'rest']);
  });

  it('say nothing where nothing was decided, or nothing differs', () => {
    expect(compareSlices([])).toEqual([]);
    expect(compareSlices([slice('state', 'a', 10, 0), slice('state', 'b', 10, 0)])).toMatchObject([
      { shareOfFlips: null, p: 1 },
      { shareOfFlips: null, p: 1 },
    ]);
    expect(compareSlices([slice('state', 'only', 10, 3)])).toMatchObject([{ shareOfFlips: 1, p: 1 }]);
  });
});

describe('the impact of a shadow', () => {
  const costs = [
    { decision: 'DECLINE', positive: true, cost: 0 },
    { decision: 'DECLINE', positive: false, cost: 50 },
    { decision: 'APPROVE', positive: true, cost: 1_000 },
    { decision: 'APPROVE', positive: false, cost: -5 },
  ];
  const cell = (primary: string, candidate: string, positive: boolean, count: number) => ({
    primary,
    candidate,
    positive,
    count,
  });

  it('is the mean of the differences of costs, pair by pair', () => {
    const found = impactOf(costs, [
      cell('APPROVE', 'APPROVE', false, 900),
      cell('APPROVE', 'DECLINE', true, 10),
      cell('APPROVE', 'DECLINE', false, 20),
      cell('DECLINE', 'APPROVE', false, 30),
    ]);
    // Ten frauds are stopped, twenty good ones are declined, thirty are let through.
    const total = 10 * -1_000 + 20 * 55 + 30 * -55;
    expect(found).toMatchObject({ pairs: 960, undeclared: 0, total, difference: expect.closeTo(total / 960, 9) });
    expect(found.primary).toBeCloseTo((-5 * 920 + 10_000 + 30 * 50) / 960, 9);
    expect(found.candidate! - found.primary!).toBeCloseTo(total / 960, 9);
    const each = [
      ...Array<number>(900).fill(0),
      ...Array<number>(10).fill(-1_000),
      ...Array<number>(20).fill(55),
      ...Array<number>(30).fill(-55),
    ];
    const variance = each.reduce((sum, value) => sum + (value - total / 960) ** 2, 0) / 959;
    expect((found.interval!.upper - found.interval!.lower) / 2).toBeCloseTo(1.962_4 * Math.sqrt(variance / 960), 2);
  });

  it('leaves out, and counts, what nobody declared', () => {
    const found = impactOf(costs, [cell('APPROVE', 'REVIEW', true, 7), cell('APPROVE', 'DECLINE', true, 1)]);
    expect(found).toMatchObject({ pairs: 1, undeclared: 7, total: -1_000 });
    expect(impactOf(costs, [])).toMatchObject({
      pairs: 0,
      primary: null,
      difference: null,
      interval: null,
      p: 1,
      total: 0,
    });
  });

  it.each([
    ['costs.0.cost', [{ decision: 'A', positive: true, cost: Number.NaN }]],
    [
      'costs.1.decision',
      [
        { decision: 'A', positive: true, cost: 1 },
        { decision: 'A', positive: true, cost: 2 },
      ],
    ],
  ])('is not declared with a wrong %s', (field, wrong) => {
    expect(() => checkCosts(wrong)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });
});
