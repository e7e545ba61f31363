import { describe, expect, it } from 'vitest';
import {
  distributionGate,
  type ComparedFeature,
  type ComparedService,
  type Comparison,
} from '../../../../subgraphs/registry/domain/evaluation/distribution-gate.ts';
import { requireCompared } from '../../../../subgraphs/registry/domain/governance/compared-features.ts';
import {
  DEFAULT_POLICIES,
  OPEN_POLICY,
  type TierPolicy,
} from '../../../../subgraphs/registry/domain/governance/tier-policy.ts';
import { stricterPolicy } from '../../../../subgraphs/registry/domain/governance/stricter-policy.ts';
import type { ApprovalStep } from '../../../../subgraphs/registry/domain/version/model-version.ts';
import { compareValues } from '../../../../subgraphs/feature/domain/feature-distribution.ts';

const policy = (more: object = {}): TierPolicy => ({
  ...OPEN_POLICY,
  compatibility: { distributions: { mostPsi: 0.25, leastRows: 100, recentDays: 30, mustBeComputed: true, ...more } },
});
const feature = (name: string, training: number[], recent: number[]): ComparedFeature => ({
  ...compareValues(
    name,
    'CATEGORICAL',
    training.flatMap((n, i) => Array.from({ length: n }, () => `c${i}`)),
    recent.flatMap((n, i) => Array.from({ length: n }, () => `c${i}`)),
  ),
});
const compared = (features: readonly ComparedFeature[], more: Partial<ComparedService> = {}): Comparison => ({
  compared: { service: 's@1', from: '', to: '', features, notCompared: [], ...more },
});
const judge = (comparison: Comparison, more: object = {}) => distributionGate(policy(more), comparison)[0];

describe('the gate of distributions', () => {
  it('is nothing where a tier does not ask, and passes where no service is read', () => {
    expect(distributionGate(DEFAULT_POLICIES.LOW, { why: 'x' })).toEqual([]);
    expect(judge(null)).toMatchObject({ gate: 'compatibility.distributions', passed: true, limit: 0.25 });
  });

  it('fails by the size of a shift that is beyond chance, and names the farthest first', () => {
    const same = feature('a', [200, 200], [210, 190]);
    const far = feature('b', [300, 100], [100, 300]);
    expect(judge(compared([same]))).toMatchObject({ passed: true, n: 400 });
    // Two shares of 3/4 and 1/4 that change places: 2 · ½ · ln 3.
    expect(judge(compared([same, far]))).toMatchObject({ passed: false, value: expect.closeTo(Math.log(3), 10) });
    expect(judge(compared([same, far]))?.detail).toBe('otherwise than in the training set: b (PSI 1.09861)');
    expect(judge(compared([far]), { mostPsi: 1.2 })?.passed).toBe(true);
    // As large a shift, of so few rows that it may be chance.
    expect(judge(compared([feature('c', [3, 1], [1, 3])]), { leastRows: 1 })).toMatchObject({ passed: true });
  });

  it('says that it was not computed, and what that means in the tier', () => {
    const few = compared([feature('a', [200, 200], [10, 10])]);
    expect(judge(few)).toMatchObject({
      passed: false,
      detail:
        'not computed: there are 20 recent rows: at least 100 are asked for; the tier asks that it is, so the gate fails',
    });
    expect(judge(few, { mustBeComputed: false })).toMatchObject({
      passed: true,
      detail: expect.stringContaining('the tier lets it pass, and nothing is known'),
    });
    expect(judge({ why: 'the version names no training set' })?.passed).toBe(false);
    expect(judge(compared([feature('a', [10, 10], [100, 100])]))?.detail).toContain('the training set has 20 rows');
    const lacks = (reason: 'NOT_IN_TRAINING_SET' | 'MOMENT') =>
      judge(compared([feature('a', [200, 200], [200, 200])], { notCompared: [{ name: 'v__x', reason }] }));
    expect(lacks('NOT_IN_TRAINING_SET')?.detail).toContain('does not have v__x as the service has it');
    expect(lacks('MOMENT')?.passed).toBe(true);
    expect(judge(compared([]))?.detail).toContain('no feature that can be compared');
  });

  it('is as strict as the stricter of two policies', () => {
    const other = policy({ mostPsi: 0.1, leastRows: 50, recentDays: 7, mustBeComputed: false });
    expect(stricterPolicy(policy(), other).compatibility.distributions).toEqual({
      mostPsi: 0.1,
      leastRows: 100,
      recentDays: 30,
      mustBeComputed: true,
    });
    expect(stricterPolicy(OPEN_POLICY, other).compatibility).toEqual(other.compatibility);
  });
});

describe('a release that reads a service', () => {
  const at = new Date('2026-03-01T00:00:00Z');
  const step = (more: object): ApprovalStep =>
    ({ action: 'VALIDATE', digestSet: 'd', gate: null, expiresAt: null, at, ...more }) as ApprovalStep;
  const release =
    (more: object = {}, now = new Date('2026-03-30T00:00:00Z')) =>
    () => {
      requireCompared(
        {
          modelVersion: 'm@1',
          featureService: 's@1',
          service: 's@1',
          policy: policy(),
          steps: [step({})],
          digestSet: 'd',
          ...more,
        },
        now,
      );
    };

  it('takes a comparison of that service which is no older than its days, where the tier must have one', () => {
    expect(release()).not.toThrow();
    expect(release({}, new Date('2026-04-01T00:00:00Z'))).toThrow(
      'longer ago than 30 days; allowed: validate the version again',
    );
    expect(release({ service: 's@2' })).toThrow(
      'm@1 was compared with the values of s@1, and this reads s@2; allowed: s@1',
    );
    expect(release({ featureService: null })).toThrow('with the values of no service');
    expect(release({ service: 's@2', policy: policy({ mustBeComputed: false }) })).not.toThrow();
    const waiver = step({
      action: 'WAIVE',
      gate: 'compatibility.distributions',
      expiresAt: new Date('2026-05-01T00:00:00Z'),
    });
    expect(release({ service: 's@2', steps: [step({}), waiver] })).not.toThrow();
  });
});
