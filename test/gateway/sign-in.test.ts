import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../gateway/config.ts';
import { readDocuments } from '../../gateway/console/trusted-documents.ts';
import { listen as serve } from '../../subgraphs/shared/http/listen.ts';
import { atEnd } from '../support/at-end.ts';
import { commandLine } from '../support/command-line.ts';
import { testKeys } from '../support/keys.ts';
import { startSignInIssuer, type SignInIssuer } from '../support/sign-in-issuer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { walkRoutes } from '../support/walk-routes.ts';
import { startGraph, type TestGraph } from './fixture/graph.ts';

const bootstrap = 'b'.repeat(32);
const WHO = 'sha256:1';

let issuer: SignInIssuer;
let graph: TestGraph;
beforeAll(async () => {
  issuer = await startSignInIssuer();
  const env = {
    MODE: 'production',
    TIFFIN_BOOTSTRAP_SECRET: bootstrap,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: 'tiffin',
    OIDC_JWKS_URL: `${issuer.url}/keys`,
    OIDC_CLIENT_ID: 'console',
    OIDC_CLIENT_SECRET: 'client-secret',
    OIDC_SCOPES: 'openid tiffin',
    TIFFIN_PUBLIC_URL: 'https://tiffin.example/',
  };
  const documents = readDocuments(JSON.stringify({ [WHO]: 'query Who { whoAmI }' }));
  graph = await startGraph('in process', env, {}, testKeys.ring, { folder: temporaryFolder('console'), documents });
  atEnd(() => graph.stop());
});

const send = (path: string, init: RequestInit = {}): Promise<Response> =>
  Promise.resolve(graph.gateway.app.request(`https://tiffin.example${path}`, init));

/** The cookies that an answer sets, as a browser sends them back. */
const jar = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((one) => !one.includes('Max-Age=0'))
    .map((one) => one.split(';')[0])
    .join('; ');

const who = async (cookie: string, headers: Record<string, string> = {}): Promise<any> => {
  const answer = await send('/console/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tiffin-console': '1', cookie, ...headers },
    body: JSON.stringify({ id: WHO }),
  });
  return answer.json();
};

const begin = async (to = '/console/models'): Promise<{ url: string; cookie: string; state: string }> => {
  const answer = await send(`/auth/login?to=${encodeURIComponent(to)}`);
  expect(answer.status).toBe(302);
  const url = answer.headers.get('location')!;
  return { url, cookie: jar(answer), state: new URL(url).searchParams.get('state')! };
};

describe('signing in for the console', () => {
  it('goes to the issuer and back, and leaves a cookie that no script reads and no other page sends', async () => {
    const { url, cookie, state } = await begin();
    const asked = new URL(url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      tenant: 'one',
      response_type: 'code',
      client_id: 'console',
      redirect_uri: 'https://tiffin.example/auth/callback',
      scope: 'openid tiffin',
      code_challenge_method: 'S256',
    });
    const back = await send(`/auth/callback?code=${issuer.finish(url)}&state=${state}`, { headers: { cookie } });
    expect([back.status, back.headers.get('location')]).toEqual([302, '/console/models']);
    const session = back.headers.getSetCookie().find((one) => one.startsWith('__Host-tiffin='))!;
    for (const part of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict', 'Max-Age=300']) {
      expect(session.split('; ')).toContain(part);
    }
    expect(session).not.toContain('Domain');
    expect(issuer.asked.at(-1)!.get('client_secret')).toBe('client-secret');
    expect(await who(jar(back))).toEqual({ data: { whoAmI: 'user:ann' } });
    expect(await who('')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('counts for the pages of the console alone: the open way to the graph reads no cookie', async () => {
    const { url, cookie, state } = await begin();
    const session = jar(
      await send(`/auth/callback?code=${issuer.finish(url)}&state=${state}`, { headers: { cookie } }),
    );
    const open = await send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: session },
      body: JSON.stringify({ query: '{ whoAmI }' }),
    });
    expect(open.status).toBe(401);
    const foreign = await send('/console/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: session },
      body: JSON.stringify({ id: WHO }),
    });
    expect(foreign.status).toBe(403);
    expect(await who(session, { authorization: `Bearer ${bootstrap}` })).toEqual({
      data: { whoAmI: 'user:bootstrap' },
    });
  });

  it('is refused for another browser, another state, a code that was used, and an altered cookie', async () => {
    const failed = async (path: string, cookie: string): Promise<string | null> => {
      const answer = await send(path, { headers: { cookie } });
      expect(jar(answer)).toBe('');
      return answer.headers.get('location');
    };
    const { url, cookie, state } = await begin();
    const code = issuer.finish(url);
    expect(await failed(`/auth/callback?code=${code}&state=${state}`, '')).toBe('/console?signin=MALFORMED');
    expect(await failed(`/auth/callback?code=${code}&state=other`, cookie)).toBe('/console?signin=MALFORMED');
    expect(await failed(`/auth/callback?error=access_denied&state=${state}`, cookie)).toBe('/console?signin=MALFORMED');
    const other = await begin();
    // The code belongs to the first sign-in: whoever brings it with another proof gets nothing.
    expect(await failed(`/auth/callback?code=${code}&state=${other.state}`, other.cookie)).toBe(
      '/console?signin=UNAUTHENTICATED',
    );
    expect(await who(`__Host-tiffin=${'x'.repeat(200)}`)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    // What was sealed for a sign-in is no session.
    expect(await who(cookie.replace('__Host-tiffin-login', '__Host-tiffin'))).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it.each(['https://evil.example', '//evil.example', '/graphql', '/consolefake'])(
    'never leads on to %s',
    async (to) => {
      const { url, cookie, state } = await begin(to);
      const back = await send(`/auth/callback?code=${issuer.finish(url)}&state=${state}`, { headers: { cookie } });
      expect(back.headers.get('location')).toBe('/console');
    },
  );

  it('takes a token or the secret of the first administrator, from pages of the console alone', async () => {
    const headers = { 'content-type': 'application/json', 'x-tiffin-console': '1' };
    const body = JSON.stringify({ token: bootstrap });
    const taken = await send('/auth/token', { method: 'POST', headers, body });
    expect(taken.status).toBe(204);
    expect(await who(jar(taken))).toEqual({ data: { whoAmI: 'user:bootstrap' } });
    const wrong = await send('/auth/token', {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: 'w'.repeat(32) }),
    });
    expect([wrong.status, jar(wrong)]).toEqual([401, '']);
    const foreign = await send('/auth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(foreign.status).toBe(403);
    const out = await send('/auth/logout', { method: 'POST', headers: { 'x-tiffin-console': '1' } });
    expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-tiffin=; .*Max-Age=0$/)]);
  });

  it('adds routes that say nothing to whoever knocks', async () => {
    expect(graph.gateway.routes.map(({ path }) => path).filter((path) => path.startsWith('/auth/'))).toEqual([
      '/auth/login',
      '/auth/callback',
      '/auth/token',
      '/auth/logout',
      '/auth/device',
      '/auth/device/token',
    ]);
    expect(await walkRoutes(graph.gateway.app, graph.gateway.routes)).toBeGreaterThan(8);
  });
});

describe('signing in from a terminal', () => {
  const post = async (path: string, body: object): Promise<{ status: number; body: any }> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await send(path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.headers.get('cache-control')).toBe(answer.ok ? 'no-store' : answer.headers.get('cache-control'));
    return { status: answer.status, body: await answer.json() };
  };

  it('begins with a code to enter anywhere, and gives the token once somebody did', async () => {
    const { body: begun } = await post('/auth/device', {});
    expect(begun).toEqual({
      deviceCode: 'device-1',
      userCode: 'WDJB-MJHT',
      verificationUri: `${issuer.url}/enter`,
      expiresInSeconds: 30,
      intervalSeconds: 0.01,
    });
    expect(Object.fromEntries(issuer.asked.at(-1)!)).toEqual({
      client_id: 'console',
      client_secret: 'client-secret',
      scope: 'openid tiffin',
      audience: 'tiffin',
    });
    issuer.enter('eve', 'authorization_pending', 'slow_down');
    const { deviceCode } = begun;
    expect(await post('/auth/device/token', { deviceCode })).toEqual({ status: 202, body: { state: 'PENDING' } });
    expect(await post('/auth/device/token', { deviceCode })).toEqual({ status: 202, body: { state: 'SLOW_DOWN' } });
    const { status, body } = await post('/auth/device/token', { deviceCode });
    expect([status, body.expiresInSeconds]).toEqual([200, 300]);
    expect(await who('', { authorization: `Bearer ${body.token}` })).toEqual({ data: { whoAmI: 'user:eve' } });
  });

  it.each([
    [{ deviceCode: 'device-2' }, 401, 'UNAUTHENTICATED'],
    [{}, 422, 'INVALID_INPUT'],
    [{ deviceCode: '' }, 422, 'INVALID_INPUT'],
  ])('refuses %j', async (given, status, code) => {
    const refused = await post('/auth/device/token', given);
    expect(refused).toMatchObject({ status, body: { code, field: 'deviceCode' } });
  });

  it('keeps the token in the profile, and forgets it', async () => {
    const listening = await serve(graph.gateway.app, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => listening.close(0));
    const { url } = listening;
    const tiffin = commandLine();
    const at = ['--graph', `${url}/graphql`];
    issuer.enter(null);
    const refused = await tiffin(['login', ...at]);
    expect(refused).toMatchObject({
      code: 3,
      err: expect.stringContaining('the issuer let nobody in (access_denied)'),
    });
    issuer.enter('eve', 'authorization_pending');
    const { code, err } = await tiffin(['login', ...at, '--profile', 'work']);
    expect(err.split('\n')).toEqual([
      `open ${issuer.url}/enter`,
      'and enter the code WDJB-MJHT',
      `signed in at ${url} for 5 min; the token is kept in the profile work`,
      '',
    ]);
    expect(code).toBe(0);
    const { out } = await tiffin(['api', '{ whoAmI }']);
    expect(JSON.parse(out)).toEqual({ whoAmI: 'user:eve' });
    expect((await tiffin(['logout'])).code).toBe(0);
    expect(await tiffin(['logout'])).toMatchObject({ code: 4, err: expect.stringContaining('work holds no token') });
    expect((await tiffin(['search', 'fraud'])).err).toContain('hint: say who you are: `tiffin login`');
  });
});

it('is not there in dev mode, and the command says who one is then', async () => {
  const dev = await startGraph('in process');
  atEnd(() => dev.stop());
  const listening = await serve(dev.gateway.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => listening.close(0));
  const { code, err } = await commandLine()(['login', '--graph', listening.url]);
  expect([code, err]).toEqual([1, expect.stringContaining(`nobody signs in at ${listening.url}: it is in dev mode`)]);
});

describe('the settings of a sign-in', () => {
  const oidc = {
    MODE: 'production',
    OIDC_ISSUER: 'https://i.example',
    OIDC_AUDIENCE: 'a',
    OIDC_JWKS_URL: 'https://i.example/k',
  };

  it('are all there or none', () => {
    const signIn = { OIDC_CLIENT_ID: 'console', TIFFIN_PUBLIC_URL: 'https://t.example/' };
    expect(readConfig({ ...oidc, ...signIn }).signIn).toEqual({
      issuer: 'https://i.example',
      audience: 'a',
      clientId: 'console',
      clientSecret: undefined,
      scopes: 'openid',
      publicUrl: 'https://t.example',
    });
    expect(readConfig(oidc).signIn).toBeUndefined();
    expect(() => readConfig({ ...oidc, OIDC_CLIENT_ID: 'console' })).toThrow(
      /TIFFIN_PUBLIC_URL: is where browsers find/,
    );
    expect(() => readConfig({ ...oidc, OIDC_CLIENT_SECRET: 's' })).toThrow(
      /OIDC_CLIENT_SECRET: goes with OIDC_CLIENT_ID/,
    );
    expect(() => readConfig({ MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: bootstrap, ...signIn })).toThrow(
      /OIDC_CLIENT_ID: goes with OIDC_ISSUER/,
    );
  });
});
