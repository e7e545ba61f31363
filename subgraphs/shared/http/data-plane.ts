import type { Context, Hono } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { KeyLimits } from '../../../core/key-limits.ts';
import { isAllowed, type Role, type Scope } from '../auth/actor.ts';
import type { Authenticate } from '../auth/authenticator.ts';
import { basicCredentials } from '../auth/basic-credentials.ts';
import { DEV_USER_HEADER, devUser, isDevUser } from '../auth/dev-users.ts';
import type { KeyHolder } from '../auth/key-ring.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import { limitBody } from './body-limit.ts';
import type { RequestVariables } from './request-log.ts';
import type { RunningVariables } from './running-requests.ts';
import { textBody } from './text-body.ts';
import type { ErrorShape, ErrorShapeVariables } from './problem-response.ts';

export interface DataPlaneEnv {
  Variables: RequestVariables & RunningVariables & ErrorShapeVariables & { holder: KeyHolder };
}

export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** What the key must hold; `none` only for health and other routes that tell nothing. */
  readonly scope: Scope | 'none';
  /** People in this role may call it as well, where the app knows people. */
  readonly role?: Role;
  /** The part of the path that is the key, for clients that send no header: a public key alone, since addresses are kept in logs. */
  readonly keyParam?: string;
}

export interface RouteOptions extends RouteDefinition {
  /** Bodies over it are refused with TOO_LARGE; Infinity streams unchecked. 1 MiB where left out. */
  readonly maxBytes?: number;
  /** How the clients of a peer's wire read a refusal; a problem where left out. */
  readonly errorShape?: ErrorShape;
  /** Whether a key or token may also come as the password of HTTP Basic, as some clients send it. */
  readonly basic?: boolean;
}

const MEGABYTE = 1024 * 1024;
/** What a public key may ask at one process, unless its entry says otherwise. */
const DEVICE_RATE_PER_SECOND = 100;

/**
 * The HTTP routes of one app, each with its scope: a route cannot be added without one.
 * `routes` is what the access test walks.
 */
export class DataPlane {
  readonly routes: RouteDefinition[] = [];
  readonly #app: Hono<DataPlaneEnv>;
  readonly #authenticate: Authenticate;

  readonly #devUsers: boolean;
  readonly #limits = new KeyLimits({
    server: 0,
    device: DEVICE_RATE_PER_SECOND,
    monotonicMs: () => performance.now(),
  });

  constructor(
    app: Hono<DataPlaneEnv>,
    authenticate: Authenticate,
    { devUsers = false }: { readonly devUsers?: boolean | undefined } = {},
  ) {
    this.#app = app;
    this.#authenticate = authenticate;
    this.#devUsers = devUsers;
  }

  route(definition: RouteOptions, handle: (c: Context<DataPlaneEnv>) => Response | Promise<Response>): void {
    const { method, path, scope, role, keyParam, maxBytes = MEGABYTE, errorShape, basic = false } = definition;
    this.routes.push({ method, path, scope, ...(role && { role }), ...(keyParam !== undefined && { keyParam }) });
    if (keyParam !== undefined) {
      this.#app.use(path, (c, next) => {
        c.set('shownPath', path);
        return next();
      });
    }
    if (errorShape) {
      this.#app.use(path, (c, next) => {
        c.set('errorShape', errorShape);
        return next();
      });
    }
    if (maxBytes !== Infinity && method !== 'GET') {
      this.#app.use(path, limitBody(maxBytes));
    }
    this.#app.on(method, path, async (c) => {
      if (scope !== 'none') {
        const holder =
          keyParam === undefined
            ? await this.#holderOf(c, role, basic)
            : await this.#publicHolder(c.req.param(keyParam));
        if (!isAllowed(holder, { scope, ...(role && { role }) })) {
          const person = role === undefined ? '' : `, or a person in the role ${role}`;
          throw new DomainError('FORBIDDEN', `${method} ${path} takes a key with the scope ${scope}${person}`, {
            allowed: [scope, ...(role ? [`role ${role}`] : [])],
          });
        }
        this.#count(holder);
        c.set('holder', holder);
      }
      return handle(c);
    });
  }

  /** Throws RATE_LIMITED. People and other parts of the install are not counted. */
  #count({ kind, subject, trust, ratePerSecond }: KeyHolder): void {
    if (kind === 'machine') this.#limits.take({ id: subject, trust, ratePerSecond });
  }

  /** Whose public key it is. Throws FORBIDDEN for a secret one. */
  async #publicHolder(key = ''): Promise<KeyHolder> {
    const holder = await this.#authenticate(`Bearer ${key}`);
    if (holder.kind === 'machine' && holder.trust === 'device') return holder;
    throw new DomainError('FORBIDDEN', 'a secret does not belong into an address: send a key of trust device', {
      allowed: ['a key of trust device'],
    });
  }

  /** Who calls: in dev mode the person whom a header names, where people may call the route. */
  async #holderOf(c: Context<DataPlaneEnv>, role: Role | undefined, basic: boolean): Promise<KeyHolder> {
    const authorization = c.req.header('authorization');
    const credentials = basic ? basicCredentials(authorization) : undefined;
    const named = authorization === undefined ? c.req.header(DEV_USER_HEADER) : undefined;
    // In dev mode people have no secret: what stands in the place of the password says nothing.
    const who = named ?? (credentials && isDevUser(credentials.name) ? credentials.name : undefined);
    if (this.#devUsers && role !== undefined && who !== undefined) return { ...devUser(who), trust: 'device' };
    return this.#authenticate(credentials ? `Bearer ${credentials.password}` : authorization);
  }
}

/** Who calls the route, as operations take it. */
export const contextOf = (c: Context<DataPlaneEnv>): RequestContext => ({
  actor: c.get('holder'),
  requestId: c.get('requestId'),
});

/** The body as JSON. Throws UNSUPPORTED_MEDIA_TYPE, or MALFORMED for what is no UTF-8 or no JSON. */
export const jsonBody = async (c: Context<DataPlaneEnv>): Promise<unknown> => (await jsonTextBody(c)).value;

/** As jsonBody, with the text that the value was read from. */
export async function jsonTextBody(
  c: Context<DataPlaneEnv>,
): Promise<{ readonly value: unknown; readonly text: string }> {
  if (!/^application\/([\w.+-]*\+)?json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'send JSON with "content-type: application/json"');
  }
  const text = await textBody(c);
  try {
    return { value: JSON.parse(text) as unknown, text };
  } catch {
    throw new DomainError('MALFORMED', 'the body is not valid JSON');
  }
}
