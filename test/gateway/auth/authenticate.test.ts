import { describe, expect, it } from 'vitest';
import { authenticateRequests, type AuthSettings } from '../../../gateway/auth/authenticate.ts';
import { ROLES } from '../../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../../subgraphs/shared/auth/internal-token.ts';
import { testKeys } from '../../support/keys.ts';

const bootstrapSecret = 'b'.repeat(32);
const who = (settings: AuthSettings, headers: Record<string, string>) =>
  authenticateRequests(settings, testKeys.ring)((name) => headers[name]);

describe('who asks, in dev mode', () => {
  it('is the developer, or whom the header names: one user per role', async () => {
    expect(await who({ mode: 'dev' }, {})).toMatchObject({ subject: 'user:developer', roles: ['developer'] });
    for (const role of ROLES) {
      expect(await who({ mode: 'dev' }, { 'x-tiffin-user': role })).toEqual({
        subject: `user:${role}`,
        kind: 'user',
        roles: [role],
        scopes: [],
        project: 'default',
      });
    }
  });

  it('is nobody whom it does not know, and it says whom it knows', async () => {
    await expect(who({ mode: 'dev' }, { 'x-tiffin-user': 'root' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      details: { allowed: ['viewer', 'developer', 'approver', 'committee', 'admin'] },
    });
  });

  it('is a machine when it comes with a key, whatever name it gives', async () => {
    const authorization = `Bearer ${testKeys.with('feature:read')}`;
    expect(await who({ mode: 'dev' }, { authorization, 'x-tiffin-user': 'admin' })).toEqual({
      subject: 'key:with-feature:read',
      kind: 'machine',
      roles: [],
      scopes: ['feature:read'],
      project: 'default',
      onBehalfOf: 'user:owner',
    });
  });

  it('is nobody with a wrong key: a mistake does not turn into the developer', async () => {
    for (const authorization of ['Bearer wrong', 'Basic YTpi', 'Bearer']) {
      await expect(who({ mode: 'dev' }, { authorization })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});

describe('who asks before there is an issuer', () => {
  const bootstrapApproverSecret = 'a'.repeat(32);

  it('is one of two people, so that one approves what the other made', async () => {
    const settings: AuthSettings = { mode: 'production', bootstrapSecret, bootstrapApproverSecret };
    expect(await who(settings, { authorization: `Bearer ${bootstrapApproverSecret}` })).toEqual({
      subject: 'user:bootstrap-approver',
      kind: 'user',
      roles: ['approver'],
      scopes: [],
      project: 'default',
    });
    expect(await who(settings, { authorization: `Bearer ${bootstrapSecret}` })).toMatchObject({ roles: ['admin'] });
  });
});

describe('who asks, in production', () => {
  const production: AuthSettings = { mode: 'production', bootstrapSecret };

  it('is nobody without a token, and no name helps', async () => {
    await expect(who(production, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(who(production, { 'x-tiffin-user': 'admin' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is the first administrator with the bootstrap secret, and with nothing like it', async () => {
    expect(await who(production, { authorization: `Bearer ${bootstrapSecret}` })).toMatchObject({
      subject: 'user:bootstrap',
      roles: ['admin'],
    });
    for (const wrong of [bootstrapSecret.slice(1), `${bootstrapSecret}b`, 'undefined']) {
      await expect(who(production, { authorization: `Bearer ${wrong}` })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      await expect(who({ mode: 'production' }, { authorization: `Bearer ${wrong}` })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
  });

  it('is a machine with a key', async () => {
    const authorization = `Bearer ${testKeys.with('feature:read')}`;
    expect(await who(production, { authorization })).toMatchObject({ kind: 'machine', scopes: ['feature:read'] });
  });

  it('is nobody with an internal token: those open subgraphs, not the gateway', async () => {
    const actor = { subject: 'user:x', kind: 'user', roles: ['admin'], scopes: [], project: 'default' } as const;
    const token = await signInternalToken(actor, new Uint8Array(32).fill(5));
    for (const mode of ['dev', 'production'] as const) {
      await expect(who({ mode }, { authorization: `Bearer ${token}` })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
  });
});
