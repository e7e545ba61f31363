import { isLeafType, getNamedType, isObjectType, parse, type GraphQLField, type GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken, type InternalSecret } from '../../subgraphs/shared/auth/internal-token.ts';
import type { Subgraph, SubgraphRequest, SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import { someArguments } from './arguments.ts';

/** Federation's own doors hold no data; what they lead to is walked. */
const DOORS = new Set(['Query._service', 'Query._entities', '_Service.sdl']);

const NOBODIES: readonly Actor[] = [
  { subject: 'user:nobody', kind: 'user', roles: [], scopes: [], project: 'default' },
  { subject: 'key:nothing', kind: 'machine', roles: ['admin', 'approver'], scopes: [], project: 'default' },
  { subject: 'service:x', kind: 'service', roles: [], scopes: [], project: 'default', onBehalfOf: 'user:admin' },
];

/**
 * Goes round the gateway: asks a subgraph for every field of every type, without a token, with a wrong one, and for
 * actors who may do nothing; all must be refused before any resolver runs. Answers the fields that were walked.
 */
export async function walkAccess(subgraph: Subgraph, secret: InternalSecret): Promise<readonly string[]> {
  const { schema, rules } = subgraph.federated;
  const walked: string[] = [];
  const tokens = await Promise.all(NOBODIES.map((nobody) => signInternalToken(nobody, secret)));
  const forged = await signInternalToken(NOBODIES[0]!, new Uint8Array(32).fill(99));

  for (const [root, operation] of roots(schema)) {
    for (const field of root.filter(({ name }) => !DOORS.has(`Query.${name}`))) {
      const { document, variables, query } = callOf(operation, field);
      for (const token of [undefined, forged]) {
        const refused = await answerOf(subgraph, operation, { document, variables, token });
        expect(refused, `${operation} ${field.name} without a good token`).toMatchObject({
          errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
        });
        expect(refused.data, `${operation} ${field.name} without a good token`).toBeUndefined();
        const status = await statusOverHttp(subgraph, operation, { query, variables, token });
        expect(status, `${field.name} over HTTP`).toBe(401);
      }
      for (const token of tokens) {
        const { errors } = await answerOf(subgraph, operation, { document, variables, token });
        expect(errors, `${operation} ${field.name} for nobody`).toMatchObject([
          { path: [field.name], extensions: { code: 'FORBIDDEN' } },
        ]);
      }
    }
  }

  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      if (DOORS.has(name)) continue;
      const rule = rules.get(name);
      expect(rule?.role ?? rule?.scope, `${name} has no access rule: nobody can ever read it`).toBeDefined();
      for (const actor of NOBODIES) {
        expect(await refusalOf(field, actor), `${name} for ${actor.subject}`).toMatchObject({ code: 'FORBIDDEN' });
      }
      walked.push(name);
    }
  }
  return walked;
}

type Field = GraphQLField<unknown, unknown>;

const fieldsOf = (type: ReturnType<GraphQLSchema['getQueryType']>): Field[] => Object.values(type?.getFields() ?? {});

type Root = 'query' | 'mutation' | 'subscription';

function roots(schema: GraphQLSchema): readonly (readonly [readonly Field[], Root])[] {
  return [
    [fieldsOf(schema.getQueryType()), 'query'],
    [fieldsOf(schema.getMutationType()), 'mutation'],
    [fieldsOf(schema.getSubscriptionType()), 'subscription'],
  ];
}

function callOf(operation: string, field: Field) {
  const { definitions, uses, variables } = someArguments(field.args);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  const query = `${operation}${definitions} { ${field.name}${uses}${selection} }`;
  return { query, document: parse(query), variables };
}

/** What comes back; of a subscription the first event. */
async function answerOf(subgraph: Subgraph, operation: Root, request: SubgraphRequest): Promise<SubgraphResult> {
  if (operation !== 'subscription') return subgraph.execute(request);
  const gone = new AbortController();
  const events = subgraph.subscribe(request, gone.signal);
  const { value } = await events.next();
  gone.abort();
  await events.return();
  return value?.result ?? {};
}

interface HttpRequest {
  readonly query: string;
  readonly variables: object;
  readonly token: string | undefined;
}

async function statusOverHttp(
  subgraph: Subgraph,
  operation: Root,
  { query, variables, token }: HttpRequest,
): Promise<number> {
  const accept = operation === 'subscription' ? 'text/event-stream' : 'application/json';
  const answer = await subgraph.app.request('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return answer.status;
}

/** What the field's own resolver throws for this actor; it must not get as far as looking at its source. */
async function refusalOf(field: Field, actor: Actor): Promise<unknown> {
  try {
    await field.resolve?.({}, {}, { actor, requestId: 'walk' }, {} as never);
    return undefined;
  } catch (error) {
    return error;
  }
}
