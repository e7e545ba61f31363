import type { Context } from 'hono';
import type * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { unstorablePath } from '../../../../core/storable-text.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Role, Scope } from '../../../shared/auth/actor.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { contextOf, jsonTextBody, type DataPlane, type DataPlaneEnv } from '../../../shared/http/data-plane.ts';
import { mlflowError } from './error-shape.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Older clients ask some calls under `preview`. */
const PREFIXES = ['/api/2.0/mlflow', '/api/2.0/preview/mlflow'];
const MAX_BYTES = 8 * 1024 * 1024;

/** Who may call: whoever may look, whoever may write, and whoever may try to decide, so that each refusal is recorded. */
export const ACCESS = {
  read: { scope: 'registry:read', role: 'viewer' },
  write: { scope: 'registry:write', role: 'developer' },
  decide: { scope: 'registry:write', role: 'viewer' },
} as const satisfies Readonly<Record<string, { readonly scope: Scope; readonly role: Role }>>;

/** What every route of it has: the refusals that clients of MLflow read, and their ways to sign in. */
export const MLFLOW_ROUTE = { errorShape: mlflowError, basic: true } as const;

export interface MlflowCall<Input> {
  readonly method: Method | readonly Method[];
  /** Behind the prefix: `/runs/create`. */
  readonly path: string;
  readonly access: keyof typeof ACCESS;
  readonly input: z.ZodType<Input>;
  readonly answer: (context: RequestContext, input: Input) => Promise<object> | object;
}

/** The calls of MLflow's REST API that take JSON, or a query, and answer JSON. */
export class MlflowApi {
  readonly #plane: DataPlane;

  constructor(plane: DataPlane) {
    this.#plane = plane;
  }

  call<Input>({ method, path, access, input, answer }: MlflowCall<Input>): void {
    for (const one of [method].flat()) {
      for (const prefix of PREFIXES) {
        const route = {
          method: one,
          path: `${prefix}${path}`,
          maxBytes: MAX_BYTES,
          ...ACCESS[access],
          ...MLFLOW_ROUTE,
        };
        this.#plane.route(route, async (c) => {
          const asked = { ...(one === 'GET' && queryOf(c)), ...c.req.param() };
          refuseUnstorable(asked, JSON.stringify(asked));
          const sent = one === 'GET' ? asked : { ...(await bodyOf(c)), ...asked };
          return c.json(await answer(contextOf(c), validated(input, sent)));
        });
      }
    }
  }
}

/** A query as an object: what stands several times is a list. */
function queryOf(c: Context<DataPlaneEnv>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(c.req.queries()).map(([key, all]) => [key, all.length > 1 ? all : all[0]]));
}

/** The body as an object; an empty one says nothing. */
async function bodyOf(c: Context<DataPlaneEnv>): Promise<object> {
  if (c.req.header('content-length') === '0' || c.req.raw.body === null) return {};
  const { value, text } = await jsonTextBody(c);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DomainError('MALFORMED', 'the body is not an object of JSON');
  }
  refuseUnstorable(value, text);
  return value;
}

/** Throws INVALID_INPUT naming the field that has what no table can hold. */
function refuseUnstorable(value: object, json: string): void {
  const path = unstorablePath(value, json);
  if (path === null) return;
  const field = path.join('.') || 'body';
  throw new DomainError('INVALID_INPUT', `${field}: has a character that cannot be kept: U+0000 or half of a pair`, {
    field,
  });
}
