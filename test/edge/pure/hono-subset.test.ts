import * as fc from 'fast-check';
import { cors } from 'hono/cors';
import { HonoBase } from 'hono/hono-base';
import type { Context } from 'hono';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as subset from '../../../edge/http/hono-subset/index.ts';
import type { EdgeEnv } from '../../../edge/http/route-table.ts';
import { PathRouter } from '../../../edge/http/path-router.ts';

// Other files of this worker have Hono's server for Node put a Response of its own into the platform's place.
const above: unknown = Object.getPrototypeOf(Response);
beforeAll(() => void (above !== Function.prototype && vi.stubGlobal('Response', above)));
afterAll(() => void vi.unstubAllGlobals());

type Made = { readonly HonoBase: typeof HonoBase; readonly cors: typeof cors };

/** The same application on both: what middleware and handlers of the edge do, and what can go wrong in them. */
function appOf(
  { HonoBase: Base, cors: allow }: Made,
  origin: '*' | string[] | null,
): (request: Request) => Promise<Response> {
  const app = new Base<EdgeEnv>({ router: new PathRouter() });
  app.use(async (c, next) => {
    c.set('requestId', 'r-1');
    await next();
    if (!c.get('bearsId')) c.res.headers.set('x-request-id', 'r-1');
  });
  if (origin) {
    const names = ['content-type', 'x-request-id'];
    app.use(allow({ origin, allowMethods: ['GET', 'POST'], allowHeaders: names, exposeHeaders: names, maxAge: 60 }));
  }
  app.onError((error, c) => {
    c.header('retry-after', '1');
    return c.json({ title: error.message, id: c.get('requestId'), path: c.req.path }, 503, {
      'content-type': 'application/problem+json',
    });
  });
  app.notFound((c) => c.json({ none: `${c.req.method} ${c.req.path}` }, 404));
  app.on('GET', '/text', (c) => c.text('text'));
  app.on('GET', '/ready', (c) => c.body('\n', 503));
  app.on('GET', '/typed', (c) => c.json({ own: true }, 422, { 'content-type': 'application/problem+json' }));
  app.on('GET', '/empty', (c) => c.body(null, 304, { etag: '"1"' }));
  app.on('GET', '/thrown', () => {
    throw new Error('it failed');
  });
  app.on('GET', '/rejected', () => Promise.reject(new Error('it failed later')));
  app.on('POST', '/own', async (c) => {
    c.set('bearsId', true);
    return new Response(await c.req.raw.text(), { status: 201, headers: { 'x-request-id': 'own', vary: 'accept' } });
  });
  for (const path of ['/of/:name', '/of/:name/versions/:version']) {
    app.on('GET', path, (c: Context<EdgeEnv>) =>
      c.json({ name: c.req.param('name'), version: c.req.param('version'), header: c.req.header('x-one') ?? null }),
    );
  }
  return async (request) => app.fetch(request);
}

const seen = async (answer: Response): Promise<unknown> => ({
  status: answer.status,
  statusText: answer.statusText,
  headers: [...answer.headers],
  body: await answer.text(),
});

const PATHS = ['/text', '/ready', '/empty', '/typed', '/thrown', '/rejected', '/own', '/of/a', '/nowhere', '/'];
const PIECES = ['a', '%20', '%2F', '%25', '%2525', '%', '%zz', '%C3%A9', '%A4', '+', 'é', '%5C', '%0A', '%41'];
const pathArbitrary = fc.oneof(
  fc.constantFrom(...PATHS),
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => `/of/${pieces.join('')}`),
  fc
    .tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES))
    .map(([name, version]) => `/of/x${name}/versions/${version}y`),
);

it('the part of Hono that bundles carry answers as Hono does', async () => {
  const statuses = new Map<number, number>();
  for (const origin of [null, '*' as const, ['https://app.example', 'https://other.example']]) {
    const theirs = appOf({ HonoBase, cors }, origin);
    const ours = appOf(subset as unknown as Made, origin);
    await fc.assert(
      fc.asyncProperty(
        pathArbitrary,
        fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'),
        fc.constantFrom('', '?q=%41', '?a/b'),
        fc.constantFrom(null, 'https://app.example', 'https://evil.example'),
        async (path, method, query, from) => {
          const request = (): Request =>
            new Request(`https://edge.example:8443${path}${query}`, {
              method,
              headers: { 'x-one': '1', ...(from !== null && { origin: from }) },
              ...(method === 'POST' && { body: 'sent' }),
            });
          const answer = await seen(await ours(request()));
          expect(answer).toEqual(await seen(await theirs(request())));
          const { status } = answer as { status: number };
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        },
      ),
      { numRuns: 700 },
    );
  }
  for (const status of [200, 201, 204, 304, 404, 503])
    expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(5);
});

it('what is thrown and is no error reaches whoever asked, as with Hono', async () => {
  for (const { HonoBase: Base } of [{ HonoBase }, subset as unknown as Made]) {
    const app = new Base({ router: new PathRouter() });
    app.use((_, next) => next());
    app.on('GET', '/x', () => Promise.reject('no error'));
    await expect((async () => app.fetch(new Request('https://edge.example/x')))()).rejects.toBe('no error');
  }
});
