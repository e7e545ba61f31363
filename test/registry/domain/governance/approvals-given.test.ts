import { describe, expect, it } from 'vitest';
import {
  approvalsGiven,
  isRevalidated,
  termsTogether,
  type ApprovalGiven,
} from '../../../../subgraphs/registry/domain/governance/approvals-given.ts';
import { failingIn, requireGates, waiversOf } from '../../../../subgraphs/registry/domain/governance/gates-hold.ts';
import { tierAfter } from '../../../../subgraphs/registry/domain/governance/risk-tier.ts';
import { DEFAULT_POLICIES, type RiskTier } from '../../../../subgraphs/registry/domain/governance/tier-policy.ts';
import type { ApprovalStep } from '../../../../subgraphs/registry/domain/version/model-version.ts';

type Action = ApprovalGiven['action'];
const step = (action: Action, actor: string, more: Partial<ApprovalGiven> = {}): ApprovalGiven => ({
  action,
  actor,
  roles: ['approver'],
  digestSet: 'd1',
  grants: false,
  environments: [],
  expiresAt: null,
  ...more,
});
const VALIDATE = step('VALIDATE', 'dev');
const committee = { roles: ['committee'] };

describe('the approvals that a tier asks for', () => {
  it.each<[string, RiskTier, readonly ApprovalGiven[], number, number]>([
    ['LOW, nobody', 'LOW', [VALIDATE], 1, 0],
    ['LOW, one', 'LOW', [VALIDATE, step('APPROVE', 'a')], 0, 0],
    ['MEDIUM, one', 'MEDIUM', [VALIDATE, step('APPROVE', 'a')], 1, 0],
    ['MEDIUM, one twice', 'MEDIUM', [VALIDATE, step('APPROVE', 'a'), step('APPROVE', 'a')], 1, 0],
    ['MEDIUM, two', 'MEDIUM', [VALIDATE, step('APPROVE', 'a'), step('APPROVE', 'b')], 0, 0],
    ['HIGH, three without the committee', 'HIGH', ['a', 'b', 'c'].map((name) => step('APPROVE', name)), 0, 1],
    [
      'HIGH, two and the committee',
      'HIGH',
      [step('APPROVE', 'a'), step('APPROVE', 'b'), step('APPROVE', 'c', committee)],
      0,
      0,
    ],
    [
      'HIGH, one with both roles and one more',
      'HIGH',
      [step('APPROVE', 'a', { roles: ['approver', 'committee'] }), step('APPROVE', 'b')],
      1,
      0,
    ],
    ['another set of digests', 'LOW', [VALIDATE, step('APPROVE', 'a', { digestSet: 'd0' })], 1, 0],
    ['validated again since', 'LOW', [VALIDATE, step('APPROVE', 'a'), VALIDATE], 1, 0],
    [
      'withdrawn',
      'MEDIUM',
      [VALIDATE, step('APPROVE', 'a'), step('APPROVE', 'b', { grants: true }), step('WITHDRAW_APPROVAL', 'a')],
      1,
      0,
    ],
    [
      'after a whole one the next begins anew',
      'MEDIUM',
      [step('APPROVE', 'a'), step('APPROVE', 'b', { grants: true }), step('APPROVE', 'c')],
      1,
      0,
    ],
  ])('%s', (_, tier, steps, missing, committeeMissing) => {
    expect(approvalsGiven(steps, 'd1', DEFAULT_POLICIES[tier])).toMatchObject({ missing, committeeMissing });
  });

  it('go together where all allow it, until the first ends', () => {
    const [early, late] = [new Date('2026-05-01'), new Date('2026-06-01')];
    expect(
      termsTogether([
        { environments: ['staging', 'production'], expiresAt: late },
        { environments: [], expiresAt: early },
        { environments: ['production'], expiresAt: null },
      ]),
    ).toEqual({ environments: ['production'], expiresAt: early });
    const apart = ['staging', 'production'].map((name) => ({ environments: [name], expiresAt: null }));
    expect(termsTogether(apart)).toBe(undefined);
  });

  it('can be given anew once it was validated since', () => {
    const approved = step('APPROVE', 'a', { grants: true });
    expect(isRevalidated([VALIDATE, approved])).toBe(false);
    expect(isRevalidated([VALIDATE, approved, VALIDATE])).toBe(true);
  });
});

describe('a tier', () => {
  it.each([
    [null, undefined, 'LOW'],
    [null, 'HIGH', 'HIGH'],
    ['HIGH', 'LOW', 'HIGH'],
    ['MEDIUM', undefined, 'MEDIUM'],
  ] as const)('%s after %s is %s', (wanted, before, tier) => expect(tierAfter(wanted, before)).toBe(tier));

  it('does not fall', () => {
    expect(() => tierAfter('LOW', 'MEDIUM')).toThrow('riskTier: the version before is MEDIUM: allowed MEDIUM, HIGH');
  });
});

describe('a gate that fails', () => {
  const now = new Date('2026-03-01T00:00:00Z');
  const report = [
    { gate: 'artifact', passed: true, detail: '' },
    { gate: 'fairness.fourFifths.gender', passed: false, detail: 'it is 0.5' },
  ];
  const waiver = (more: Partial<ApprovalStep> = {}) =>
    ({
      ...step('WAIVE', 'a', { expiresAt: new Date('2026-03-02T00:00:00Z') }),
      gate: 'fairness.fourFifths.gender',
      ...more,
    }) as ApprovalStep;
  const validation = { ...VALIDATE, report } as unknown as ApprovalStep;

  it('counts as passed while a waiver for these digests lasts', () => {
    const failing = (...steps: readonly ApprovalStep[]) => failingIn(report, waiversOf(steps, 'd1', now)).length;
    expect(failing()).toBe(1);
    expect(failing(waiver())).toBe(0);
    expect(failing(waiver({ expiresAt: now }))).toBe(1);
    expect(failing(waiver({ digestSet: 'd0' }))).toBe(1);
    expect(failing(waiver({ gate: 'fairness.fourFifths.age' }))).toBe(1);
  });

  it('is named with what can be done', () => {
    expect(() => requireGates([validation], 'd1', now, 'release')).toThrow(
      'release: the gate fairness.fourFifths.gender fails: it is 0.5; waive it as an approver, or register a better version (rule G17)',
    );
    expect(() => requireGates([validation, waiver()], 'd1', now, 'release')).not.toThrow();
    const passedSince = { ...VALIDATE, report: [] } as unknown as ApprovalStep;
    expect(() => requireGates([validation, passedSince], 'd1', now, 'release')).not.toThrow();
  });
});
