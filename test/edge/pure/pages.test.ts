import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../edge/adapters/node/config.ts';
import { readPages } from '../../../edge/adapters/node/pages.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const config = readConfig({
  TIFFIN_CONTROL_URL: 'https://control.example',
  TIFFIN_EDGE_KEY: 'k',
  TIFFIN_KEYS_FILE: '/k.json',
  TIFFIN_TRUSTED_KEYS_FILE: '/t.json',
  TIFFIN_EDGE_DATA_DIR: '/data',
});

/** A node with one route, and pages after it. */
function nodeWith(files: Readonly<Record<string, string>>): (path: string, init?: RequestInit) => Promise<Response> {
  const folder = temporaryFolder('pages');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const node = (request: Request): Response =>
    new URL(request.url).pathname === '/livez' ? new Response('lives') : new Response('no route', { status: 404 });
  const fetch = readPages(folder, config).after(node);
  return async (path, init) => fetch(new Request(`http://edge.example${path}`, init));
}

const FILES = { 'shop/index.html': '<p>shop', 'shop/app.js': 'let a;', livez: 'no' };

describe('pages at the edge', () => {
  it('are answered with their types, and a folder with its index', async () => {
    const get = nodeWith(FILES);
    const index = await get('/shop/?from=home');
    expect([await index.text(), index.headers.get('content-type')]).toEqual(['<p>shop', 'text/html; charset=utf-8']);
    expect((await get('/shop/app.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const without = await get('/shop?from=home');
    expect([without.status, without.headers.get('location')]).toEqual([308, 'http://edge.example/shop/?from=home']);
  });

  it('stand behind every route of the node, and answer nothing that is no file of theirs', async () => {
    const get = nodeWith(FILES);
    expect(await (await get('/livez')).text()).toBe('lives');
    for (const path of [
      '/shop/secret.js',
      '/shop/../../etc/passwd',
      '/shop/%2e%2e/%2e%2e/etc/passwd',
      '/',
      '//shop/',
    ]) {
      expect(await (await get(path)).text(), path).toBe('no route');
    }
    expect((await get('/shop/', { method: 'POST' })).status).toBe(404);
  });

  it('may run their own files alone, and ask the node and the control plane', async () => {
    const policy = (await nodeWith(FILES)('/shop/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("connect-src 'self' https://control.example;");
    expect(policy).not.toContain('unsafe');
  });

  it('are not sent again to whoever has them', async () => {
    const get = nodeWith(FILES);
    const etag = (await get('/shop/')).headers.get('etag') ?? '';
    expect((await get('/shop/', { headers: { 'if-none-match': etag } })).status).toBe(304);
    const head = await get('/shop/', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('need a folder', () => {
    expect(() => readPages('/no/such/folder', config)).toThrow('TIFFIN_EDGE_PAGES_DIR: there is no folder');
  });
});
