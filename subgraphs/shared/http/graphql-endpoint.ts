import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import type { Context } from 'hono';
import { readJson } from '../../../core/json-body.ts';

/** Hands one Hono request to Apollo Server and its answer back. */
export async function executeOverHttp<T extends BaseContext>(
  server: ApolloServer<T>,
  c: Context,
  context: () => Promise<T>,
): Promise<Response> {
  const headers = new HeaderMap();
  for (const [name, value] of c.req.raw.headers) headers.set(name, value);
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: c.req.method,
      headers,
      search: new URL(c.req.url).search,
      body: c.req.method === 'POST' ? await parsedBody(c) : undefined,
    },
    context,
  });
  let body = '';
  if (answer.body.kind === 'complete') body = answer.body.string;
  else for await (const chunk of answer.body.asyncIterator) body += chunk;
  return new Response(body, { status: answer.status ?? 200, headers: [...answer.headers] });
}

/** Of a decompressed body; how much may be sent is the affair of the route. */
const MOST_BODY_BYTES = 64 * 1024 * 1024;

/** Undefined for anything that is not JSON: Apollo answers that with its own 400. */
async function parsedBody(c: Context): Promise<unknown> {
  if (!(c.req.header('content-type') ?? '').includes('json')) return undefined;
  try {
    return (await readJson(c.req.raw, MOST_BODY_BYTES)).value;
  } catch {
    return undefined;
  }
}
