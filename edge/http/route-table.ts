import type { Context } from 'hono';
import type { HonoBase } from 'hono/hono-base';
import { DomainError } from '../../core/errors.ts';
import type { KeyLookup, MachineKey } from '../../core/machine-keys.ts';
import type { Scope } from '../../core/scopes.ts';
import type { Caller } from '../serving/caller.ts';
import { callerOf, DEADLINE_HEADER } from './caller.ts';
import { patternOf } from './path-router.ts';
import type { KeyLimits } from '../../core/key-limits.ts';
import { renderProblem, type RenderError } from './render-error.ts';

export interface EdgeEnv {
  Variables: {
    requestId: string;
    /** Whether the answer was made with the id in its headers. */
    bearsId?: boolean;
    key: MachineKey;
    caller: Caller;
    /** Counts further requests of the key, which came as one. */
    takeMore: (count: number) => void;
  };
}

export interface EdgeRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** What the key must hold; `none` for health alone. */
  readonly scope: Scope | 'none';
}

/** Routes of one protocol, which has a form of its own for errors. */
export interface RouteGroup {
  /** Everything below it is answered in this form, also where there is no route. */
  readonly prefix: string;
  readonly renderError: RenderError;
}

export interface RouteTableOptions {
  readonly limit: KeyLimits;
  readonly monotonicMs: () => number;
}

const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** The routes of the edge, each with its scope: none can be added without one, and the access test walks them all. */
export class RouteTable {
  readonly routes: EdgeRoute[] = [];
  readonly #app: HonoBase<EdgeEnv>;
  readonly #keys: KeyLookup;
  readonly #limit: KeyLimits;
  readonly #monotonicMs: () => number;
  readonly #groups: RouteGroup[] = [];
  readonly #leftOut: (readonly [prefix: string, why: string])[] = [];

  constructor(app: HonoBase<EdgeEnv>, keys: KeyLookup, { limit, monotonicMs }: RouteTableOptions) {
    this.#app = app;
    this.#keys = keys;
    this.#limit = limit;
    this.#monotonicMs = monotonicMs;
  }

  addGroup(group: RouteGroup): void {
    this.#groups.push(group);
  }

  add({ method, path, scope }: EdgeRoute, handle: (c: Context<EdgeEnv>) => Response | Promise<Response>): void {
    this.routes.push({ method, path, scope });
    this.#app.on(method, path, async (c) => {
      if (scope !== 'none') {
        const key = await this.#keys.find(c.req.header('authorization'));
        if (!key.scopes.includes(scope)) {
          throw new DomainError('FORBIDDEN', `${method} ${path} takes a key with the scope ${scope}`, {
            allowed: [scope],
          });
        }
        // Who watches the node must see it when it is busiest.
        if (scope !== 'metrics:read') this.#limit.take(key);
        c.set('key', key);
        c.set('caller', callerOf(key, c.req.header(DEADLINE_HEADER), this.#monotonicMs));
        c.set('takeMore', (count) => void (count > 0 && this.#limit.takeMore(key, count)));
      }
      return handle(c);
    });
  }

  /** Says why nothing is answered at a path and below it, which other edges answer. */
  leaveOut(prefix: string, why: string): void {
    this.#leftOut.push([prefix, why]);
  }

  /** Why nothing answers a method at a path: NOT_FOUND, or METHOD_NOT_ALLOWED where other methods do. */
  absence(method: string, path: string): DomainError {
    const methods = this.routes.filter((route) => patternOf(route.path).test(path)).map((route) => route.method);
    if (methods.length === 0) {
      const why = this.#leftOut.find(([prefix]) => isBelow(path, prefix))?.[1];
      return new DomainError('NOT_FOUND', why ?? `there is no ${method} ${path} here`);
    }
    // HEAD is answered wherever GET is.
    const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    return new DomainError('METHOD_NOT_ALLOWED', `${path} takes ${allowed.join(', ')}, not ${method}`, { allowed });
  }

  /** How a failure at this path is shown. */
  renderErrorAt(path: string): RenderError {
    const group = this.#groups.find(({ prefix }) => isBelow(path, prefix));
    return group?.renderError ?? renderProblem;
  }
}
