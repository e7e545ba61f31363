import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import { DEV_USER_HEADER } from '../../subgraphs/shared/auth/dev-users.ts';

const DEFAULT_QUERY = `# Everything in one graph. The header below chooses who asks: viewer, developer, approver or admin.
query Start {
  search(text: "", first: 20) {
    edges {
      node {
        id
        kind
        name
        description
      }
    }
  }
}
`;

/** Scripts and workers of the page itself, calls to this origin, and nothing else: a CDN could not be reached. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Page {
  readonly html: string;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

async function makePage(): Promise<Page> {
  // Nine megabytes of text: read when somebody wants it.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Tiffin',
    endpoint: '/graphql', // the page would ask its own address otherwise, and it has two
    defaultQuery: DEFAULT_QUERY,
    headers: JSON.stringify({ [DEV_USER_HEADER]: 'developer' }, undefined, 2),
    shouldPersistHeaders: true,
  });
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`;
  return { html, gzipped: new Uint8Array(await promisify(gzip)(html)), etag };
}

/** The GraphiQL page, whole and from our own origin. */
export function graphiql(): (c: Context) => Promise<Response> {
  let page: Promise<Page> | undefined;
  return async (c) => {
    const { html, gzipped, etag } = await (page ??= makePage());
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-cache',
      vary: 'accept, accept-encoding',
      etag,
    };
    if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
    if (!c.req.header('accept-encoding')?.includes('gzip')) return new Response(html, { headers });
    return new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } });
  };
}

/** A browser that was pointed at `/graphql`, as against a client that asks with GET. */
export const wantsPage = (c: Context): boolean =>
  c.req.method === 'GET' && c.req.query('query') === undefined && (c.req.header('accept') ?? '').includes('text/html');
