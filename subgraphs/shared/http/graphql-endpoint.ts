import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import type { Context } from 'hono';
import { textBody } from './text-body.ts';

/** Hands one Hono request to Apollo Server and its answer back. */
export async function executeOverHttp<T extends BaseContext>(
  server: ApolloServer<T>,
  c: Context,
  context: () => Promise<T>,
  /** Said in the place of what the caller says. */
  instead: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const headers = new HeaderMap();
  for (const [name, value] of c.req.raw.headers) headers.set(name, value);
  for (const [name, value] of Object.entries(instead)) headers.set(name, value);
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: c.req.method,
      headers,
      search: searchOf(c),
      body: c.req.method === 'POST' ? await parsedBody(c) : undefined,
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
