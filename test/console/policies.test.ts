import { describe, expect, it } from 'vitest';
import { asked } from '../../console/pages/policies/asked.ts';
import { DEFAULT_POLICIES, OPEN_POLICY } from '../../subgraphs/registry/domain/governance/tier-policy.ts';

describe('what a tier asks for', () => {
  it('is a line for each demand', () => {
    expect(asked(DEFAULT_POLICIES.LOW)).toEqual(['one person approves']);
    expect(asked(DEFAULT_POLICIES.HIGH)).toEqual([
      '3 people approve, 1 of the committee',
      'validated and approved again within 180 days',
      'an evaluation of 100 rows or more that is computed again',
      'rocAuc at least 0.5',
      'no worse than what serves, on the same rows',
      'demographicParity at most 0.2',
      'equalOpportunity at most 0.1',
      'predictiveParity at most 0.1',
      'fourFifths at least 0.8',
      'features of the last 30 days as in the training set: PSI at most 0.25',
      'explained column by column',
      'tried in a shadow, canary or experiment first',
    ]);
  });

  it('names limits of the file and of its speed', () => {
    const policy = {
      ...OPEN_POLICY,
      security: { operators: ['Gemm'], mostBytes: 1_000 },
      performance: { mostP99Ms: 5, leastRowsPerSecond: 100, mostMemoryBytes: 4_000 },
    };
    expect(asked(policy).slice(1)).toEqual([
      'only the operators Gemm',
      'at most 1000 bytes',
      'a row within 5 ms at the 99th percentile',
      '100 rows a second or more',
      'at most 4000 bytes of memory',
    ]);
  });
});
