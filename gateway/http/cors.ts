import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../auth/loopback.ts';

/** Which pages of other origins may call: those that are listed, any page, or those of this machine. */
export type CorsOrigins = readonly string[] | 'any' | 'loopback';

const METHODS = 'GET, POST, PUT, DELETE';
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'x-tiffin-user',
  'x-request-id',
  'traceparent',
  'last-event-id',
  'apollo-require-preflight',
  'x-apollo-operation-name',
].join(', ');
const RESPONSE_HEADERS = 'x-request-id, retry-after';
const REMEMBER_SECONDS = '600';

/** Lets browsers hand answers to pages of these origins. Only the console’s own pages send cookies: none are allowed for. */
export function cors(origins: CorsOrigins): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin === undefined) return next();
    const allowed = isAllowedOrigin(origin, origins);
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
      const headers = new Headers({ vary: 'origin, access-control-request-headers' });
      if (allowed) {
        headers.set('access-control-allow-origin', origin);
        headers.set('access-control-allow-methods', METHODS);
        headers.set('access-control-allow-headers', REQUEST_HEADERS);
        headers.set('access-control-max-age', REMEMBER_SECONDS);
      }
      return new Response(null, { status: 204, headers });
    }
    await next();
    c.res.headers.append('vary', 'origin');
    if (allowed) {
      c.res.headers.set('access-control-allow-origin', origin);
      c.res.headers.set('access-control-expose-headers', RESPONSE_HEADERS);
    }
    return undefined;
  };
}

export function isAllowedOrigin(origin: string, origins: CorsOrigins): boolean {
  if (origins === 'any') return true;
  if (origins === 'loopback') return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
  return origins.includes(origin);
}
