import type { Params, Result, Router } from 'hono/router';

interface Route<T> {
  readonly method: string;
  readonly path: string;
  /** What a path begins with before its first parameter; then the pattern of all of it. */
  readonly prefix: string;
  readonly pattern: RegExp | null;
  readonly handler: T;
}

const EVERYWHERE = '/*';
const ANY_METHOD = 'ALL';
const NO_PARAMS: Params = {};

/** A pattern for a path with `:names`, each of which is one part that is not empty. */
export const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);

/**
 * As much of a router as the edge's paths need: fixed ones, ones with parameters, and what runs before all of them. A tenth of the
 * size of those that come with Hono, which bundles for workers and browsers would carry.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter';
  readonly #routes: Route<T>[] = [];

  add(method: string, path: string, handler: T): void {
    const [prefix = ''] = path.split(':', 1);
    const pattern = prefix === path ? null : patternOf(path);
    this.#routes.push({ method, path, prefix, pattern, handler });
  }

  match(method: string, path: string): Result<T> {
    const found: [T, Params][] = [];
    for (const route of this.#routes) {
      if (route.method !== method && route.method !== ANY_METHOD) continue;
      if (route.path === path || route.path === EVERYWHERE) found.push([route.handler, NO_PARAMS]);
      else if (route.pattern !== null && path.startsWith(route.prefix)) {
        const groups = route.pattern.exec(path)?.groups;
        if (groups) found.push([route.handler, groups]);
      }
    }
    return [found];
  }
}
