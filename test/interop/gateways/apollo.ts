/**
 * Apollo Gateway over the same supergraph and the same executors, behind Apollo Server, on a route of the same process.
 * It is under the Elastic licence: its packages are those of this folder, and no part of the product.
 */
import { createRequire } from 'node:module';
import { parse as parseHere, type DocumentNode } from 'graphql';
import { Hono } from 'hono';
import type { SubgraphExecutor } from '../../../subgraphs/shared/subgraph-executor.ts';

const theirs = createRequire(import.meta.url);

export interface Parts {
  readonly executors: ReadonlyMap<string, SubgraphExecutor>;
  readonly supergraphSdl: string;
  readonly sign: () => Promise<string>;
}

export async function routesOf({ executors, supergraphSdl, sign }: Parts): Promise<Hono> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const { ApolloGateway } = theirs('@apollo/gateway');
  const { ApolloServer, HeaderMap } = theirs('@apollo/server');
  const documents = new Map<string, DocumentNode>();
  const documentOf = (text: string): DocumentNode => {
    const document = documents.get(text) ?? parseHere(text);
    documents.set(text, document);
    return document;
  };
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }: { name: string }) => ({
      process: ({ request: { query, variables, operationName }, context }: any) =>
        executors
          .get(name)!
          .execute({ document: documentOf(query), variables, operationName }, context, new AbortController().signal),
    }),
    logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  const app = new Hono();
  app.post('/apollo', async (c) => {
    const headers = new HeaderMap();
    for (const [name, value] of c.req.raw.headers) headers.set(name, value);
    const token = await sign();
    const { body, status } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body: await c.req.json() },
      context: async () => ({ token, requestId: 'bench' }),
    });
    return new Response(body.string, { status: status ?? 200, headers: { 'content-type': 'application/json' } });
  });
  return app;
}
