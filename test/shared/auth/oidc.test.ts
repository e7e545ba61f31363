import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oidcVerifier, type OidcSettings } from '../../../subgraphs/shared/auth/oidc.ts';

const issuer = 'https://login.example.com/';
const audience = 'tiffin';
const good = await generateKeyPair('ES256');
const other = await generateKeyPair('ES256');

let server: Server;
let settings: OidcSettings;
beforeAll(async () => {
  const keys = { keys: [{ ...(await exportJWK(good.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] };
  server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  settings = { issuer, audience, jwksUrl, rolesClaim: 'roles' };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const sign = (
  claims: JWTPayload,
  change: (token: SignJWT) => SignJWT = (token) => token,
  key = good.privateKey,
): Promise<string> =>
  change(
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setSubject('pat')
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m'),
  ).sign(key);

const signForEver = (): Promise<string> =>
  new SignJWT({ roles: ['admin'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setSubject('pat')
    .setIssuer(issuer)
    .setAudience(audience)
    .sign(good.privateKey);

describe('a token of the issuer', () => {
  it('says who holds it and with which roles; those of other systems are passed over', async () => {
    const token = await sign({ roles: ['approver', 'billing-admin', 7] });
    expect(await oidcVerifier(settings)(token)).toEqual({
      subject: 'user:pat',
      kind: 'user',
      roles: ['approver'],
      scopes: [],
      project: 'default',
    });
  });

  it.each<[string, JWTPayload, readonly string[]]>([
    ['roles', {}, []],
    ['roles', { roles: 'viewer developer' }, ['viewer', 'developer']],
    ['roles', { roles: { viewer: true } }, []],
    ['realm_access.roles', { realm_access: { roles: ['admin'] } }, ['admin']],
    ['realm_access.roles', { realm_access: null }, []],
    ['https://tiffin.example/roles', { 'https://tiffin.example/roles': ['viewer'] }, ['viewer']],
  ])('with its roles in %s, as in %j', async (rolesClaim, claims, roles) => {
    expect(await oidcVerifier({ ...settings, rolesClaim })(await sign(claims))).toMatchObject({ roles });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['has expired', () => sign({}, (token) => token.setExpirationTime(Math.floor(Date.now() / 1000) - 60)), 'expired'],
    ['never expires', signForEver, '"exp"'],
    ['is of another issuer', () => sign({}, (token) => token.setIssuer('https://evil.example')), '"iss"'],
    ['is for another audience', () => sign({}, (token) => token.setAudience('shop')), '"aud"'],
    ['is signed by somebody else', () => sign({ roles: ['admin'] }, undefined, other.privateKey), 'not signed by'],
    ['is no JWT', async () => 'a.b.c', 'not a valid JWT'],
  ])('is refused when it %s', async (_, make, named) => {
    const refusal = oidcVerifier(settings)(await make());
    await expect(refusal).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining(named),
    });
  });

  it('is refused when it is signed with the public key as a shared secret, or not at all', async () => {
    const shared = new TextEncoder().encode(JSON.stringify(await exportJWK(good.publicKey)));
    const claims = { roles: ['admin'] };
    const byHmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setSubject('pat')
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime('5m')
      .sign(shared);
    const [, body] = byHmac.split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.x`;
    for (const token of [byHmac, unsigned]) {
      await expect(oidcVerifier(settings)(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it('cannot be checked while the issuer is away: that is nobody’s fault, and said so', async () => {
    const verify = oidcVerifier({ ...settings, jwksUrl: 'http://127.0.0.1:1/keys' });
    await expect(verify(await sign({}))).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
  });
});
