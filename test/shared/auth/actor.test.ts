import { describe, expect, it } from 'vitest';
import { isAllowed, ROLES, SCOPES, type Actor, type Role } from '../../../subgraphs/shared/auth/actor.ts';

const person = (...roles: Role[]): Actor => ({
  subject: 'user:x',
  kind: 'user',
  roles,
  scopes: [],
  project: 'default',
});
const machine: Actor = { ...person(), subject: 'key:x', kind: 'machine', scopes: ['feature:read'] };

describe('an access rule', () => {
  it.each<[Role, Role[]]>([
    ['viewer', ['viewer', 'developer', 'approver', 'committee', 'admin']],
    ['developer', ['developer', 'approver', 'committee', 'admin']],
    ['approver', ['approver', 'committee']],
    ['committee', ['committee']],
    ['admin', ['admin']],
  ])('that asks for %s lets in %s', (role, holders) => {
    expect(ROLES.filter((held) => isAllowed(person(held), { role }))).toEqual(holders);
  });

  it('that asks for a scope lets in those that hold this very scope', () => {
    expect(SCOPES.filter((scope) => isAllowed(machine, { scope }))).toEqual(['feature:read']);
  });

  it('that names both takes either', () => {
    const rule = { role: 'viewer', scope: 'feature:read' } as const;
    expect([person('viewer'), machine, person()].map((actor) => isAllowed(actor, rule))).toEqual([true, true, false]);
  });

  it('that names nothing lets nobody in', () => {
    expect(isAllowed({ ...person(...ROLES), scopes: SCOPES }, {})).toBe(false);
  });

  it('gives a machine no role, whatever its token says: a service never approves', () => {
    for (const kind of ['machine', 'service'] as const) {
      expect(isAllowed({ ...person(...ROLES), kind }, { role: 'approver' })).toBe(false);
    }
  });
});
