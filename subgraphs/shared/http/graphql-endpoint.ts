import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import type { Context } from 'hono';
import { textBody } from './text-body.ts';

/** Hands one Hono request to Apollo Server and its answer back. */
export async function executeOverHttp<T extends BaseContext>(
  server: ApolloServer<T>,
  c: Context,
  context: () => Promise<T>,
  /** As if the caller had posted the body of its query string and took JSON: Apollo answers a GET with queries alone. */
  asPost = false,
): Promise<Response> {
  const headers = new HeaderMap();
  for (const [name, value] of c.req.raw.headers) headers.set(name, value);
  const isPost = asPost || c.req.method === 'POST';
  if (asPost) {
    headers.set('accept', 'application/json');
    if (c.req.method === 'GET') headers.set('content-type', 'application/json');
  }
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: isPost ? 'POST' : c.req.method,
      headers,
      search: isPost ? '' : searchOf(c),
      body: isPost ? await (c.req.method === 'GET' ? queryBody(c) : parsedBody(c)) : undefined,
    },
    context,
  });
  let body = '';
  if (answer.body.kind === 'complete') body = answer.body.string;
  else for await (const chunk of answer.body.asyncIterator) body += chunk;
  return new Response(body, { status: answer.status ?? 200, headers: [...answer.headers] });
}

/** Undefined for anything that is not JSON: Apollo answers that with its own 400. */
async function parsedBody(c: Context): Promise<unknown> {
  if (!(c.req.header('content-type') ?? '').includes('json')) return undefined;
  const text = await textBody(c);
  try {
    return withoutEmptyName(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What a query string says, as a body; Apollo says what is wrong with it. */
function queryBody(c: Context): unknown {
  const given = Object.entries(c.req.query()).map(([name, text]) => [name, IN_JSON.has(name) ? parsed(text) : text]);
  return withoutEmptyName(Object.fromEntries(given));
}

const IN_JSON = new Set(['variables', 'extensions']);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Clients with a field for the name send it empty where there is nothing to choose. */
function withoutEmptyName(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('operationName' in body) || body.operationName !== '') return body;
  const { operationName: _empty, ...rest } = body;
  return rest;
}

function searchOf(c: Context): string {
  const url = new URL(c.req.url);
  if (url.searchParams.get('operationName') === '') url.searchParams.delete('operationName');
  return url.search;
}
