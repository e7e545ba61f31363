import { describe, expect, it } from 'vitest';
import { midRanks, tieTerm } from '../../../core/statistics/ranks/mid-ranks.ts';
import { signedRankTest } from '../../../core/statistics/ranks/signed-rank.ts';

const test = (differences: readonly number[]) => {
  const own = differences.filter((difference) => difference !== 0);
  const sizes = own.map(Math.abs);
  const rankSum = midRanks(sizes).reduce((sum, rank, i) => sum + (own[i]! > 0 ? rank : 0), 0);
  return { rankSum, ...signedRankTest({ n: own.length, rankSum, tieTerm: tieTerm(sizes) }) };
};

describe("Wilcoxon's signed-rank test", () => {
  it('is that of Darwin’s plants, as the documentation of scipy has it', () => {
    const found = test([6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]);
    // The smaller of both rank sums is 24.
    expect(found.rankSum).toBe(120 - 24);
    expect(found.z).toBeCloseTo(36 / Math.sqrt(310), 12);
    // Exact: 0.04126; by the normal distribution without correction for continuity:
    expect(found.p).toBeCloseTo(0.040888, 6);
  });

  it('comes near the exact distribution over all signs, ties included', () => {
    const sizes = [1, 1, 2, 3, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10];
    const ranks = midRanks(sizes);
    const observed = test(sizes.map((size, i) => (i % 5 === 0 ? -size : size)));
    const centre = ranks.reduce((sum, rank) => sum + rank, 0) / 2;
    let extreme = 0;
    for (let signs = 0; signs < 2 ** sizes.length; signs++) {
      const sum = ranks.reduce((total, rank, i) => total + ((signs >> i) & 1) * rank, 0);
      if (Math.abs(sum - centre) >= Math.abs(observed.rankSum - centre) - 1e-9) extreme++;
    }
    expect(observed.p).toBeCloseTo(extreme / 2 ** sizes.length, 2);
  });

  it('says nothing of no differences', () => {
    expect(signedRankTest({ n: 0, rankSum: 0, tieTerm: 0 })).toEqual({ z: null, p: 1 });
  });
});
