import { describe, expect, it } from 'vitest';
import { NO_SRM_LOOK, srmTest, stepSrm } from '../../../core/statistics/srm.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

describe('sample-ratio mismatch', () => {
  eachCase(statVectors('srm'), ({ input, expected }) => {
    if ('counts' in input) {
      const result = srmTest(input.counts, input.weights);
      expectNear({ ...result, chi2: result.statistic, srmAt0_001: result.mismatch }, expected);
      return;
    }
    let look = NO_SRM_LOOK;
    const looks = input.cumulativeCounts.map(
      (counts: number[]) => (look = stepSrm(look, counts, input.weights, input.concentration)),
    );
    expect(looks.length).toBeGreaterThan(0);
    expect(expected.bayesFactorIsAgainstNull).toBe(true);
    expectNear(looks, expected.looks);
  });
});

describe('srmTest', () => {
  it('has no evidence without units, and all of it for a unit where none may be', () => {
    expect(srmTest([0, 0], [1, 1])).toMatchObject({ statistic: 0, p: 1, mismatch: false });
    expect(srmTest([10, 1], [1, 0])).toMatchObject({ statistic: Infinity, p: 0, mismatch: true });
    expect(srmTest([10, 0], [1, 0])).toMatchObject({ p: 1, mismatch: false });
    expect(stepSrm(NO_SRM_LOOK, [10, 1], [1, 0])).toEqual({ logBayesFactor: Infinity, sequentialP: 0 });
    expect(stepSrm(NO_SRM_LOOK, [0, 0], [1, 3])).toEqual({ logBayesFactor: 0, sequentialP: 1 });
  });

  it.each([
    [[1, 2], [1], 'the same number'],
    [[1, -2], [1, 1], 'a count from 0'],
    [[1, 2], [0, 0], 'at least one above 0'],
  ])('refuses counts %j with weights %j', (counts, weights, message) => {
    expect(() => srmTest(counts, weights)).toThrow(message);
    expect(() => stepSrm(NO_SRM_LOOK, counts, weights)).toThrow(message);
  });
  it('refuses a concentration of 0', () => expect(() => stepSrm(NO_SRM_LOOK, [1], [1], 0)).toThrow('concentration'));
});
