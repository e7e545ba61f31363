import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../../core/errors.ts';
import {
  actionsFrom,
  APPROVAL_ACTIONS,
  APPROVAL_STATES,
  nextState,
  requireServable,
  type ApprovalState,
} from '../../../../subgraphs/registry/domain/version/approval.ts';
import { namesOf, withMaker, type Actor } from '../../../../subgraphs/registry/domain/identity.ts';

const actor: fc.Arbitrary<Actor> = fc
  .record({
    subject: fc.constantFrom('user:a', 'user:b', 'key:ci', 'service:experiment'),
    roles: fc.subarray(['viewer', 'developer', 'approver', 'committee', 'admin']),
    onBehalfOf: fc.option(fc.constantFrom('user:a', 'user:b'), { nil: undefined }),
  })
  .map(({ subject, roles, onBehalfOf }) => ({
    subject,
    kind: subject.startsWith('user') ? 'user' : subject.startsWith('key') ? 'machine' : 'service',
    roles,
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  }));

describe('the approval life', () => {
  it('never approves by a maker, a machine, a service or somebody without the role, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...APPROVAL_ACTIONS), actor), { maxLength: 30 }),
        actor,
        (steps, creator) => {
          let state: ApprovalState = 'DRAFT';
          let makers = withMaker([], creator);
          for (const [action, who] of steps) {
            try {
              const next = nextState({ state, makers, digestSet: 'd' }, action, who);
              if (next !== state && (next === 'APPROVED' || next === 'REJECTED')) {
                expect(who.kind).toBe('user');
                expect(who.roles).toContain('approver');
                expect(namesOf(who).some((name) => makers.includes(name))).toBe(false);
              }
              if (action === 'SUBMIT') makers = withMaker(makers, who);
              state = next;
            } catch (error) {
              expect(error).toBeInstanceOf(DomainError);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('leaves every state by the steps that it says, and no other', () => {
    const checker: Actor = { subject: 'user:x', kind: 'user', roles: ['approver'] };
    for (const state of APPROVAL_STATES) {
      const possible = APPROVAL_ACTIONS.filter((action) => {
        try {
          nextState({ state, makers: ['user:a'], digestSet: 'd', isRevalidated: true }, action, checker);
          return true;
        } catch {
          return false;
        }
      });
      expect(possible, state).toEqual(actionsFrom(state));
    }
    expect(actionsFrom('ARCHIVED')).toEqual([]);
  });

  it('lets traffic go only to what was approved as it is, here and now', () => {
    const now = new Date('2026-01-02T00:00:00.000Z');
    const approval = { digestSet: 'd', environments: ['staging'], expiresAt: new Date('2026-01-03T00:00:00.000Z') };
    const candidate = { state: 'APPROVED' as const, makers: [], digestSet: 'd' };
    const servable = (more: object = {}, at = now, environment = 'staging', given: typeof approval | null = approval) =>
      requireServable({ ...candidate, ...more }, given ?? undefined, environment, at, 'release');
    expect(() => servable()).not.toThrow();
    expect(() => servable({ state: 'SUSPENDED' })).toThrow(/is SUSPENDED/);
    expect(() => servable({ digestSet: 'e' })).toThrow(/rule G3/);
    expect(() => servable({}, now, 'staging', null)).toThrow(/rule G3/);
    expect(() => servable({}, new Date('2026-01-03T00:00:00.000Z'))).toThrow(/rule G4/);
    expect(() => servable({}, now, 'production')).toThrow(/rule G2/);
  });
});
