import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Hono } from 'hono';
import { consoleFiles } from '../../gateway/console/console-files.ts';
import { readDocuments } from '../../gateway/console/trusted-documents.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { walkRoutes } from '../support/walk-routes.ts';
import { testKeys } from '../support/keys.ts';
import { startGraph, type TestGraph } from './fixture/graph.ts';

const bootstrap = 'b'.repeat(32);
const WHO = 'sha256:1';
const RENAME = 'sha256:2';
const documents = readDocuments(
  JSON.stringify({
    [WHO]: 'query Who { whoAmI }',
    [RENAME]: 'query Called($name: String!) { modelCalled(name: $name) { id } }',
  }),
);

function builtFolder(): string {
  const folder = temporaryFolder('console');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html lang="en"><title>Tiffin</title></html>');
  writeFileSync(join(folder, 'assets', 'main-abc.js'), 'export const one = 1;\n'.repeat(100));
  return folder;
}

describe('the way of the console to the graph', () => {
  const start = (env: Record<string, string> = {}): Promise<TestGraph> =>
    startGraph('in process', env, {}, testKeys.ring, { folder: builtFolder(), documents });
  const send = async (body: unknown, headers: Record<string, string> = {}, env = {}): Promise<any> => {
    const graph = await start(env);
    try {
      const answer = await graph.gateway.app.request('http://localhost/console/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tiffin-console': '1', ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, ...((await answer.json()) as object) };
    } finally {
      await graph.stop();
    }
  };

  it('answers the documents that it was built with, as whoever asks', async () => {
    expect(await send({ id: WHO, operationName: 'Who' })).toMatchObject({
      status: 200,
      data: { whoAmI: 'user:developer' },
    });
    expect(await send({ id: WHO }, { 'x-tiffin-user': 'viewer' })).toMatchObject({ data: { whoAmI: 'user:viewer' } });
    expect(await send({ id: RENAME, variables: { name: 'none' } })).toMatchObject({ data: { modelCalled: null } });
  });

  it.each(['dev', 'production'])('takes no other document in %s, whoever asks', async (mode) => {
    const env = { MODE: mode, TIFFIN_BOOTSTRAP_SECRET: bootstrap };
    const headers = { authorization: `Bearer ${bootstrap}` };
    expect(await send({ id: WHO }, headers, env)).toMatchObject({ data: { whoAmI: 'user:bootstrap' } });
    expect(await send({ id: 'sha256:3' }, headers, env)).toMatchObject({
      status: 404,
      errors: [{ extensions: { code: 'NOT_FOUND', field: 'id' } }],
    });
    expect(await send({ query: '{ whoAmI }' }, headers, env)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'MALFORMED' } }],
    });
    expect(await send({ id: WHO, query: '{ whoAmI }' }, headers, env)).toMatchObject({ status: 400 });
  });

  it('asks for the header that pages of other origins cannot send, and for somebody', async () => {
    const env = { MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: bootstrap };
    expect(await send({ id: WHO }, {}, env)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const graph = await start();
    try {
      const answer = await graph.gateway.app.request('http://localhost/console/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: WHO }),
      });
      expect([answer.status, await answer.json()]).toMatchObject([
        403,
        { errors: [{ extensions: { code: 'FORBIDDEN', field: 'x-tiffin-console' } }] },
      ]);
      const places = await (await graph.gateway.app.request('http://localhost/')).json();
      expect(places).toMatchObject({ console: '/console', graphql: '/graphql' });
      expect(await walkRoutes(graph.gateway.app, graph.gateway.routes)).toBe(7);
    } finally {
      await graph.stop();
    }
  });
});

describe('the files of the console', () => {
  const appOf = (folder: string, mode: 'dev' | 'production' = 'dev'): Hono => {
    const app = new Hono();
    const serve = consoleFiles(folder, { mode, hasIssuer: false });
    app.get('/console', serve);
    app.get('/console/*', serve);
    return app;
  };

  it('are one page for every address, under a policy that runs nothing but its own scripts', async () => {
    const app = appOf(builtFolder(), 'production');
    for (const path of ['/console', '/console/', '/console/model/fraud@3', '/console/no/such/page']) {
      const answer = await app.request(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await answer.text()).toContain('<html data-mode="production" data-issuer="false" lang="en">');
      const policy = answer.headers.get('content-security-policy') ?? '';
      for (const part of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"]) {
        expect(policy.split('; ')).toContain(part);
      }
      expect(policy).not.toContain('unsafe');
    }
  });

  it('are kept for ever where their name says what is in them, compressed for those who take it', async () => {
    const app = appOf(builtFolder());
    const answer = await app.request('/console/assets/main-abc.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(gunzipSync(new Uint8Array(await answer.arrayBuffer())).toString()).toContain('export const one');
    const etag = answer.headers.get('etag') ?? '';
    expect((await app.request('/console/assets/main-abc.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await app.request('/console/assets/main-old.js')).status).toBe(404);
  });

  it('say how they are built where they are not', async () => {
    const answer = await appOf(temporaryFolder('nothing')).request('/console');
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('npm run build')]);
  });
});
