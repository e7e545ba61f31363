import type { Hono } from 'hono';
import { expect } from 'vitest';
import type { RouteDefinition } from '../../subgraphs/shared/http/data-plane.ts';
import { testKeys } from './keys.ts';

/** The ways to GraphQL have rules of their own (per field): `walkAccess` walks them. Where one signs in, the secret is the body. */
const OTHER_DOORS = new Set(['/graphql', '/console/graphql', '/auth/token']);

/**
 * Knocks on every route of an app that was built with `testKeys.ring`: no key and a wrong key give 401, a key with
 * every scope but the right one 403, the right one neither. Fails on a route of the app that is not in `routes`.
 * Answers how many routes were walked.
 */
export async function walkRoutes(app: Hono<any>, routes: readonly RouteDefinition[]): Promise<number> {
  const declared = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const undeclared = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !OTHER_DOORS.has(path))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !declared.has(route));
  expect(undeclared, 'routes that were added without a scope').toEqual([]);

  for (const { method, path, scope, keyParam } of routes) {
    if (OTHER_DOORS.has(path)) continue;
    const knock = (key?: string): Promise<number> =>
      keyParam === undefined
        ? statusOf(app, method, path, key)
        : statusOf(app, method, path.replace(`:${keyParam}`, encodeURIComponent(key ?? 'x')));
    const name = `${method} ${path}`;
    if (scope === 'none') {
      expect([401, 403, 404], `${name} without a key`).not.toContain(await knock());
      continue;
    }
    expect(await knock(), `${name} without a key`).toBe(401);
    expect(await knock('no-such-key'), `${name} with a wrong key`).toBe(401);
    expect(await knock('a.b.c'), `${name} with a forged token`).toBe(401);
    if (keyParam !== undefined) {
      // Such a door is for public keys: the right scope does not open it to a secret one.
      expect(scope, `${name}: the key in its path`).toBe('experiment:evaluate');
      expect(await knock(testKeys.with(scope)), `${name} with a secret key`).toBe(403);
      expect(await knock(testKeys.device), `${name} with a public key without ${scope}`).toBe(403);
      expect([401, 403, 500], `${name} with ${scope}`).not.toContain(await knock(testKeys.evaluating));
      continue;
    }
    expect(await knock(testKeys.without(scope)), `${name} with every scope but ${scope}`).toBe(403);
    expect([401, 403, 500], `${name} with ${scope}`).not.toContain(await knock(testKeys.with(scope)));
  }
  return routes.length;
}

async function statusOf(app: Hono<any>, method: string, path: string, key?: string): Promise<number> {
  const answer = await app.request(path.replaceAll(/:\w+(\{[^}]*\})?\??|\*/g, 'x'), {
    method,
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    ...(method !== 'GET' && { body: '{}' }),
  });
  await answer.body?.cancel();
  return answer.status;
}
