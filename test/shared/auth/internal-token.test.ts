import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { signInternalToken, verifyInternalToken } from '../../../subgraphs/shared/auth/internal-token.ts';

const secret = new Uint8Array(32).fill(7);
const actor: Actor = {
  subject: 'service:experiment',
  kind: 'service',
  roles: [],
  scopes: ['registry:traffic'],
  project: 'default',
  onBehalfOf: 'user:developer',
};

const claims = { kind: 'user', roles: ['admin'], scopes: [], project: 'default' };
const forge = (change: (token: SignJWT) => SignJWT, payload: Record<string, unknown> = claims): Promise<string> =>
  change(
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('user:mallory')
      .setIssuer('tiffin')
      .setAudience('tiffin-subgraph')
      .setIssuedAt()
      .setExpirationTime('60s'),
  ).sign(secret);

describe('the internal token', () => {
  it('carries the whole actor', async () => {
    expect(await verifyInternalToken(await signInternalToken(actor, secret), secret)).toEqual(actor);
  });

  it('tells nobody more than the actor: what a key holder also has stays out', async () => {
    const token = await signInternalToken({ ...actor, trust: 'server' } as Actor, secret);
    expect(await verifyInternalToken(token, secret)).toEqual(actor);
  });

  it.each<[string, (token: SignJWT) => SignJWT, Record<string, unknown>?]>([
    ['an expired token', (token) => token.setExpirationTime(Math.floor(Date.now() / 1000) - 10)],
    ['a token of another issuer', (token) => token.setIssuer('elsewhere')],
    ['a token for another audience', (token) => token.setAudience('tiffin-edge')],
    ['a role that does not exist', (token) => token, { ...claims, roles: ['root'] }],
    ['a scope that does not exist', (token) => token, { ...claims, scopes: ['*'] }],
    ['a kind that does not exist', (token) => token, { ...claims, kind: 'god' }],
  ])('refuses %s', async (_, change, payload) => {
    await expect(verifyInternalToken(await forge(change, payload), secret)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('takes what the forger of the refused ones would make with nothing changed', async () => {
    expect(await verifyInternalToken(await forge((token) => token), secret)).toMatchObject({ subject: 'user:mallory' });
  });

  it('is refused once it has expired, also by those who have taken it before', async () => {
    vi.useFakeTimers({ now: new Date('2026-03-01T10:00:00Z') });
    const token = await signInternalToken(actor, secret);
    vi.setSystemTime(new Date('2026-03-01T10:01:04Z'));
    expect(await verifyInternalToken(token, secret)).toEqual(actor);
    vi.setSystemTime(new Date('2026-03-01T10:01:05Z'));
    await expect(verifyInternalToken(token, secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    vi.useRealTimers();
  });

  it('is a JWT as any library reads it', async () => {
    const { payload } = await jwtVerify(await signInternalToken(actor, secret), secret, {
      algorithms: ['HS256'],
      issuer: 'tiffin',
      audience: 'tiffin-subgraph',
    });
    expect(payload).toMatchObject({ sub: 'service:experiment', scopes: ['registry:traffic'] });
  });

  it('refuses no token, one with another secret, an altered one and one without a signature', async () => {
    const good = await signInternalToken(actor, secret);
    const [header = '', body = '', signature = ''] = good.split('.');
    const altered = Buffer.from(JSON.stringify({ ...claims, sub: 'user:mallory' })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [
      undefined,
      '',
      `${header}.${altered}.${signature}`,
      `${unsigned}.${body}.`,
      `${good}.${signature}`,
      `${header}.${body}.${signature.slice(0, 20)}`,
    ]) {
      await expect(verifyInternalToken(token, secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    await expect(verifyInternalToken(good, new Uint8Array(32).fill(8))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
