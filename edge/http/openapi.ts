import { jsonAnswer } from './json-answer.ts';
import type { RouteTable } from './route-table.ts';

/** `/openapi.json`: what these routes take and answer. It tells nothing of this node, and so needs no key. */
export function addOpenApiRoute(table: RouteTable, description: object): void {
  table.add({ method: 'GET', path: '/openapi.json', scope: 'none' }, (c) => jsonAnswer(c, description));
}
