import type { ApiDescription } from './api-page/api-description.ts';
import { jsonAnswer, textAnswer } from './json-answer.ts';
import type { RouteTable } from './route-table.ts';

/**
 * Where there is a description: `/openapi.json`: what these routes take and answer; `/docs`: the same as a page. They tell nothing of this node, and so
 * need no key.
 */
export function addOpenApiRoute(table: RouteTable, description: ApiDescription | null): void {
  if (!description) return;
  const { document, page } = description;
  table.add({ method: 'GET', path: '/openapi.json', scope: 'none' }, (c) => jsonAnswer(c, document));
  table.add({ method: 'GET', path: '/docs', scope: 'none' }, async (c) => {
    const { html, policy } = await page();
    return textAnswer(c, html, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
}
