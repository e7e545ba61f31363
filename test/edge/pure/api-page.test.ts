import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiPage } from '../../../edge/http/api-page/render.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { readOpenApi } from '../support/openapi.ts';
import { release } from '../support/release.ts';

const described = readOpenApi(new URL('../../../schema/edge.openapi.json', import.meta.url));
let bench: BenchApp;
let html: string;
let policy: string;
beforeAll(async () => {
  bench = await benchApp({ releases: [await release()] });
  const answer = await bench.app.request('/docs');
  html = await answer.text();
  policy = answer.headers.get('content-security-policy') ?? '';
});
afterAll(() => bench.close());

describe('/docs', () => {
  it('shows each operation once, with a form that asks it', () => {
    for (const [path, operations] of Object.entries(described.paths)) {
      for (const [method, { operationId }] of Object.entries(operations)) {
        expect(html.split(`<details id="${operationId}">`), operationId).toHaveLength(2);
        expect(html, operationId).toContain(`data-method="${method.toUpperCase()}" data-path="${path}"`);
      }
    }
  });

  it('leads from what names a schema to the schema', () => {
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('takes nothing from anywhere else', () => {
    const named = [...html.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, url]) => url);
    expect(named.filter((url) => !url!.startsWith('#'))).toEqual(['/openapi.json']);
    expect(html).not.toMatch(/@import|url\(|<link|<iframe/);
  });

  it('may run its own script and style and ask its own node, and nothing more', () => {
    const hashOf = (tag: string): string => {
      const text = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)![1]!;
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    const rules = Object.fromEntries(
      policy.split('; ').map((rule) => {
        const [name, ...values] = rule.split(' ');
        return [name, values.join(' ')];
      }),
    );
    expect(rules).toEqual({
      'default-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'connect-src': "'self'",
      'style-src': hashOf('style'),
      'script-src': hashOf('script'),
    });
    expect(html).not.toMatch(/ on\w+=| style=/);
  });

  it('shows text as text', () => {
    const summary = '<img src=x onerror=alert(1)> & "quoted"';
    const page = apiPage({
      info: { title: 'T', description: '<b>' },
      paths: { '/x': { get: { operationId: 'x', summary, responses: {} } } },
      components: { schemas: { S: { description: '</pre><script>' } } },
    });
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot;');
    expect(page).not.toMatch(/<img|<b>|<\/pre><script>/);
  });
});
