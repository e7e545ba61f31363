import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import { misnamedIn, samplesIn, scrape } from '../support/metrics.ts';
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
    const body = JSON.stringify({ query: '{ whoAmI }', extensions: { padding: 'x'.repeat(4 * 1024 * 1024) } });
    const answer = await send(dev, '/graphql', { method: 'POST', headers: json, body });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'TOO_LARGE', maxBytes: 4_194_304 }]);
  });

  it('takes a body with the 10,000 rows of a spine and two labels', async () => {
    const row = {
      customer_id: 'customer-0123456789',
      timestamp: '2026-01-20T00:05:00.000Z',
      label: 0.123456789,
      score: 1,
    };
    const body = JSON.stringify({
      query: '{ whoAmI }',
      variables: { rows: Array.from({ length: 10_000 }, () => row) },
    });
    expect(body.length).toBeGreaterThan(1024 * 1024);
    expect((await send(dev, '/graphql', { method: 'POST', headers: json, body })).status).toBe(200);
  });

  it('refuses a body that is not UTF-8', async () => {
    const body = Buffer.from('{"query": "{ modelCalled(name: \\"Müller\\") { id } }"}', 'latin1');
    expect(await codeOf(await send(dev, '/graphql', { method: 'POST', headers: json, body }))).toEqual([
      400,
      'MALFORMED',
    ]);
  });

  it('takes an empty name for none where there is one operation', async () => {
    expect((await dev.ask('query A { whoAmI }', { operationName: '' })).data).toEqual({ whoAmI: 'user:developer' });
    const headers = { 'apollo-require-preflight': 'true' };
    const got = await send(dev, `${byGet('{ whoAmI }')}&operationName=`, { headers });
    expect(await got.json()).toEqual({ data: { whoAmI: 'user:developer' } });
    const two = await dev.ask('query A { whoAmI } query B { whoAmI }', { operationName: '' });
    expect(two.errors![0].message).toContain('several operations');
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

  it('gives every request an id, whatever answers it', async () => {
    const headers = { ...json, 'x-request-id': 'abc-1' };
    const body = '{"query": "{ whoAmI }"}';
    for (const [path, init] of [
      ['/livez', { headers }],
      ['/graphql', { method: 'POST', headers, body }],
      ['/graphql', { method: 'POST', headers: { ...headers, 'x-tiffin-user': 'root' }, body }],
      ['/graphql', { headers: { ...headers, accept: 'text/html' } }],
      ['/nowhere', { headers }],
    ] as const) {
      expect((await send(dev, path, init)).headers.get('x-request-id'), path).toBe('abc-1');
    }
    expect((await askAt(dev, 'localhost')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('counts requests by their type and outcome', async () => {
    const graph = await startGraph('in process');
    await graph.ask('{ whoAmI }');
    await graph.ask('query Named { whoAmI __typename }');
    await graph.ask('{ nothingOfTheKind }');
    await graph.ask('{ whoAmI');
    const { app } = graph.gateway;
    const request = (path: string, init?: RequestInit) => app.request(`http://localhost${path}`, init);
    const text = await scrape({ app: { request } as typeof app });
    expect(samplesIn(text, 'tiffin_gateway_request_seconds_count')).toEqual({
      'type="query",outcome="ok"': 2,
      'type="unknown",outcome="GRAPHQL_VALIDATION_FAILED"': 1,
      'type="unknown",outcome="GRAPHQL_PARSE_FAILED"': 1,
    });
    expect(misnamedIn(text)).toEqual([]);
    await graph.stop();
  });

  it('hands the id and the caller’s trace on, where the trace is one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    for (const [given, expected] of [
      [traceparent, traceparent],
      ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
      ['nonsense', undefined],
    ] as const) {
      dev.fetches.length = 0;
      await dev.ask('{ whoAmI }', { headers: { traceparent: given, 'x-request-id': 'abc-2' } });
      expect(dev.fetches.map(({ context }) => [context.requestId, context.traceparent])).toEqual([['abc-2', expected]]);
    }
  });

  it('says at its root what is where: a page for browsers, JSON for others', async () => {
    const told = (await (await send(dev, '/')).json()) as Record<string, string>;
    expect(told).toMatchObject({ name: 'Tiffin', graphql: '/graphql', graphiql: '/graphiql', ready: '/readyz' });
    const page = await send(dev, '/', { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('<a href="/graphiql">');
    expect(await (await send(production, '/')).json()).not.toHaveProperty('graphiql');
  });

  it('says to a caller that takes no events how a subscription is answered', async () => {
    expect(await dev.ask('subscription { alertChanged { cursor } }')).toMatchObject({
      status: 400,
      errors: [
        {
          message: expect.stringContaining('send "accept: text/event-stream"'),
          extensions: { code: 'INVALID_INPUT', field: 'accept', allowed: ['text/event-stream'] },
        },
      ],
    });
  });

  it('asks for its scope on every other route', async () => {
    const { app, routes } = dev.gateway;
    expect(routes.map(({ path }) => path)).toEqual(['/livez', '/readyz', '/metrics', '/', '/graphiql']);
    expect(await walkRoutes(app, routes)).toBe(5);
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

const preflight = (graph: TestGraph, origin: string) =>
  send(graph, '/graphql', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  });
const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin');

describe('pages of other origins', () => {
  it('of this machine may call in dev mode, and no others', async () => {
    const answer = await preflight(dev, 'http://localhost:5173');
    expect([answer.status, allowed(answer)]).toEqual([204, 'http://localhost:5173']);
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type.*x-tiffin-user/);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      expect(allowed(await preflight(dev, origin)), origin).toBeNull();
    }
    const asked = await send(dev, '/graphql', {
      method: 'POST',
      headers: { ...json, origin: 'http://127.0.0.1:8080' },
      body: '{"query": "{ whoAmI }"}',
    });
    expect([allowed(asked), asked.headers.get('vary')]).toEqual(['http://127.0.0.1:8080', 'origin']);
    expect(asked.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('may call in production where they are listed, refusals and other routes included', async () => {
    expect(allowed(await preflight(production, 'http://localhost:5173'))).toBeNull();
    const env = { MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: bootstrap, TIFFIN_CORS_ORIGINS: 'https://app.example' };
    const listed = await startGraph('in process', env);
    expect(allowed(await preflight(listed, 'https://app.example'))).toBe('https://app.example');
    expect(allowed(await preflight(listed, 'https://other.example'))).toBeNull();
    const headers = { origin: 'https://app.example' };
    for (const path of ['/graphql?query=x', '/readyz', '/metrics', '/nowhere']) {
      expect(allowed(await send(listed, path, { headers })), path).toBe('https://app.example');
    }
    await listed.stop();
  });
});

const asked = (graph: TestGraph, headers: Record<string, string>) =>
  send(graph, '/graphql', { method: 'POST', headers: { ...json, ...headers }, body: '{"query": "{ whoAmI }"}' });

describe('too many requests', () => {
  it('of one caller are refused with the time to wait, and others go on', async () => {
    const graph = await startGraph('in process', { TIFFIN_RATE_LIMIT: '3' });
    const as = (user: string) => asked(graph, { 'x-tiffin-user': user });
    for (let times = 0; times < 3; times += 1) expect((await as('viewer')).status).toBe(200);
    const refused = await as('viewer');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: 'requests: at most 3 a minute, try again in 20 s',
          extensions: { code: 'RATE_LIMITED', limit: 3, retryAfterSeconds: 20 },
        },
      ],
    });
    expect((await as('admin')).status).toBe(200);
    await graph.stop();
  });

  it('with wrong keys are refused by the address that they come from', async () => {
    const env = { MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: bootstrap, TIFFIN_RATE_LIMIT: '2' };
    const graph = await startGraph('in process', env);
    const statuses: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      statuses.push((await asked(graph, { authorization: `Bearer guess-${times}` })).status);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await asked(graph, { authorization: `Bearer ${bootstrap}` })).status).toBe(200);
    await graph.stop();
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
