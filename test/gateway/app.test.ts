import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import { walkRoutes } from '../support/walk-routes.ts';
import { startGraph, type TestGraph } from './fixture/graph.ts';

const bootstrap = 'b'.repeat(32);
let dev: TestGraph;
let production: TestGraph;
beforeAll(async () => {
  dev = await startGraph('in process');
  production = await startGraph('in process', { MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: bootstrap });
});
afterAll(async () => {
  await dev.stop();
  await production.stop();
});

const send = (graph: TestGraph, path: string, init: RequestInit = {}, host = 'localhost') =>
  Promise.resolve(graph.gateway.app.request(`http://${host}${path}`, init));
const json = { 'content-type': 'application/json' };
const codeOf = async (answer: Response): Promise<unknown> => {
  const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
  return [answer.status, errors[0]!.extensions.code];
};

const byGet = (text: string): string => `/graphql?query=${encodeURIComponent(text)}`;
const askAt = (graph: TestGraph, host: string) =>
  send(graph, '/graphql', { method: 'POST', headers: json, body: '{"query": "{ whoAmI }"}' }, host);

describe('the door', () => {
  it('takes queries by POST and GET, mutations by POST alone', async () => {
    const headers = { 'apollo-require-preflight': 'true' };
    const good = await send(dev, byGet('{ whoAmI }'), { headers });
    expect(await good.json()).toEqual({ data: { whoAmI: 'user:developer' } });
    const mutation = await send(dev, byGet('mutation { renameModel(input: { id: "x", name: "y" }) { id } }'), {
      headers,
    });
    expect(mutation.status).toBe(405);
    expect((await send(dev, '/graphql', { method: 'PUT', headers: json, body: '{}' })).status).toBe(404);
  });

  it('refuses requests that a page of another origin could send unasked', async () => {
    const body = '{"query": "{ whoAmI }"}';
    const simple = await send(dev, '/graphql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    expect(await codeOf(simple)).toEqual([400, 'BAD_REQUEST']);
    expect(await codeOf(await send(dev, '/graphql?query=%7BwhoAmI%7D'))).toEqual([400, 'BAD_REQUEST']);
    const preflight = await send(dev, '/graphql', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['no JSON', '{"query": '],
    ['no query', '{}'],
    ['a batch', '[{"query": "{ whoAmI }"}, {"query": "{ whoAmI }"}]'],
  ])('refuses a body with %s', async (_, body) => {
    expect(await codeOf(await send(dev, '/graphql', { method: 'POST', headers: json, body }))).toEqual([
      400,
      'BAD_REQUEST',
    ]);
  });

  it('refuses a body beyond its limit', async () => {
    const body = JSON.stringify({ query: '{ whoAmI }', extensions: { padding: 'x'.repeat(1024 * 1024) } });
    const answer = await send(dev, '/graphql', { method: 'POST', headers: json, body });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'TOO_LARGE', maxBytes: 1_048_576 }]);
  });

  it('says in GraphQL who is not let in', async () => {
    expect(await dev.ask('{ whoAmI }', { headers: { 'x-tiffin-user': 'root' } })).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED', field: 'x-tiffin-user' } }],
    });
    expect(await production.ask('{ whoAmI }')).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const headers = { authorization: `Bearer ${bootstrap}` };
    expect((await production.ask('{ whoAmI }', { headers })).data).toEqual({ whoAmI: 'user:bootstrap' });
  });

  it('answers in dev mode to names of its own machine alone', async () => {
    for (const host of ['localhost:4000', '127.0.0.1:4000', '[::1]:4000']) {
      expect((await askAt(dev, host)).status).toBe(200);
    }
    for (const host of ['rebound.evil.example', '192.168.1.7:4000', 'localhost.evil.example']) {
      const answer = await askAt(dev, host);
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
      expect((await send(dev, '/graphiql', {}, host)).status).toBe(403);
    }
    expect((await askAt(production, 'tiffin.example')).status).toBe(401);
  });

  it('gives every request an id', async () => {
    const answer = await send(dev, '/livez', { headers: { 'x-request-id': 'abc-1' } });
    expect(answer.headers.get('x-request-id')).toBe('abc-1');
  });

  it('asks for its scope on every other route', async () => {
    const { app, routes } = dev.gateway;
    expect(routes.map(({ path }) => path)).toEqual(['/livez', '/readyz', '/metrics', '/graphiql']);
    expect(await walkRoutes(app, routes)).toBe(4);
  });

  it('counts fetches by subgraph and outcome', async () => {
    await dev.ask('{ models { refused } }');
    const answer = await send(dev, '/metrics', {
      headers: { authorization: `Bearer ${testKeys.with('metrics:read')}` },
    });
    const counts = (await answer.text()).split('\n').filter((line) => line.includes('gateway_fetch_seconds_count'));
    expect(counts.find((line) => line.includes('"errors"'))).toMatch(/subgraph="registry".* [1-9]\d*$/);
  });
});

describe('the schema', () => {
  const headers = { authorization: `Bearer ${bootstrap}` };

  it('is open in dev mode, with hints', async () => {
    expect((await dev.ask('{ __schema { queryType { name } } }')).errors).toBeUndefined();
    expect((await dev.ask('{ modles { id } }')).errors![0].message).toContain('Did you mean "models"');
  });

  it('is closed in production, without hints', async () => {
    const { errors } = await production.ask('{ __schema { queryType { name } } }', { headers });
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect((await production.ask('{ modles { id } }', { headers })).errors![0].message).not.toContain('Did you mean');
    expect((await production.ask('{ models { __typename } }', { headers })).errors).toBeUndefined();
  });
});

describe('GraphiQL', () => {
  it('is served to browsers in dev mode, from our own origin and complete', async () => {
    const page = await send(dev, '/graphql', { headers: { accept: 'text/html,*/*' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).toContain('x-tiffin-user');
    // What a browser would fetch while it builds the page: nothing.
    const markup = html.slice(0, html.indexOf('<script>')) + html.slice(html.lastIndexOf('</script>'));
    expect(markup).toContain('<div id="root">');
    expect(markup.match(/<(script|link|img|iframe)\b[^>]*\b(src|href)="(?!data:)[^"]*"/g)).toBeNull();
    expect(markup.match(/@import|url\(["']?https?:/g)).toBeNull();
    expect(html).not.toMatch(/<script[^>]* src=/);
    // And what its scripts could fetch: this origin.
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('is the same page at /graphiql, compressed, and not sent twice', async () => {
    expect(await (await send(dev, '/graphiql')).text()).toContain('"endpoint":"/graphql"');
    const page = await send(dev, '/graphiql', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(await page.arrayBuffer()).toString()).toContain('<title>Tiffin</title>');
    const again = await send(dev, '/graphiql', { headers: { 'if-none-match': page.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  it('is not there in production', async () => {
    expect((await send(production, '/graphiql')).status).toBe(404);
    const page = await send(production, '/graphql', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);
  });
});
