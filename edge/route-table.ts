import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../core/errors.ts';
import type { MachineKey, MachineKeys } from '../core/machine-keys.ts';
import type { Scope } from '../core/scopes.ts';

export interface EdgeEnv {
  Variables: { requestId: string; key: MachineKey };
}

export interface EdgeRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** What the key must hold; `none` for health alone. */
  readonly scope: Scope | 'none';
}

const MEGABYTE = 1024 * 1024;

/** The routes of the edge, each with its scope: none can be added without one, and the access test walks them all. */
export class RouteTable {
  readonly routes: EdgeRoute[] = [];
  readonly #app: Hono<EdgeEnv>;
  readonly #keys: MachineKeys;

  constructor(app: Hono<EdgeEnv>, keys: MachineKeys) {
    this.#app = app;
    this.#keys = keys;
  }

  /** Bodies over `maxBytes` (1 MiB) are refused with TOO_LARGE. */
  add(
    { method, path, scope, maxBytes = MEGABYTE }: EdgeRoute & { readonly maxBytes?: number },
    handle: (c: Context<EdgeEnv>) => Response | Promise<Response>,
  ): void {
    this.routes.push({ method, path, scope });
    if (method === 'POST') this.#app.use(path, bodyLimit({ maxSize: maxBytes, onError: () => tooLarge(maxBytes) }));
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
}

function tooLarge(maxBytes: number): never {
  throw new DomainError('TOO_LARGE', `the body is larger than the ${maxBytes} bytes that this route takes`, {
    maxBytes,
  });
}

/** The body as a JSON object. Throws UNSUPPORTED_MEDIA_TYPE or MALFORMED. */
export async function jsonObject(c: Context<EdgeEnv>): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/([\w.+-]*\+)?json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'send JSON with "content-type: application/json"');
  }
  const text = await c.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new DomainError('MALFORMED', 'the body is not valid JSON');
  }
  if (!isObject(body)) throw new DomainError('MALFORMED', 'the body is not a JSON object');
  return body;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
