import description from '../../schema/edge.openapi.json' with { type: 'json' };
import { apiPage } from './api-page/render.ts';
import { SCRIPT } from './api-page/script.ts';
import { STYLE } from './api-page/style.ts';
import { jsonAnswer, textAnswer } from './json-answer.ts';
import type { RouteTable } from './route-table.ts';

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCodePoint(...new Uint8Array(digest)))}'`;
}

/** What the page may do: run its own script, and ask this node. */
async function policy(): Promise<string> {
  const rules = [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "connect-src 'self'",
  ];
  return [...rules, `style-src ${await hashOf(STYLE)}`, `script-src ${await hashOf(SCRIPT)}`].join('; ');
}

/**
 * `/openapi.json`: what these routes take and answer; `/docs`: the same as a page. They tell nothing of this node, and so
 * need no key.
 */
export function addOpenApiRoute(table: RouteTable): void {
  table.add({ method: 'GET', path: '/openapi.json', scope: 'none' }, (c) => jsonAnswer(c, description));
  let page: Promise<readonly [html: string, policy: string]> | undefined;
  table.add({ method: 'GET', path: '/docs', scope: 'none' }, async (c) => {
    page ??= policy().then((rules) => [apiPage(description), rules]);
    const [html, rules] = await page;
    return textAnswer(c, html, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': rules,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
}
