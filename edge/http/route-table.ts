import type { Context, Hono } from 'hono';
import { DomainError } from '../../core/errors.ts';
import type { MachineKey, MachineKeys } from '../../core/machine-keys.ts';
import type { Scope } from '../../core/scopes.ts';
import { renderProblem, type RenderError } from './render-error.ts';

export interface EdgeEnv {
  Variables: { requestId: string; key: MachineKey };
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

/** The routes of the edge, each with its scope: none can be added without one, and the access test walks them all. */
export class RouteTable {
  readonly routes: EdgeRoute[] = [];
  readonly #app: Hono<EdgeEnv>;
  readonly #keys: MachineKeys;
  readonly #groups: RouteGroup[] = [];

  constructor(app: Hono<EdgeEnv>, keys: MachineKeys) {
    this.#app = app;
    this.#keys = keys;
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
        c.set('key', key);
      }
      return handle(c);
    });
  }

  /** How a failure at this path is shown. */
  renderErrorAt(path: string): RenderError {
    const group = this.#groups.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    return group?.renderError ?? renderProblem;
  }
}
