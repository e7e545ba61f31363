import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';

export interface RequestVariables {
  requestId: string;
}

const SAFE_ID = /^[\w.-]{1,64}$/;

/** Gives each request an id (the caller's `x-request-id` if it is harmless), answers with it and logs one line. */
export function requestLog(log: Logger): MiddlewareHandler<{ Variables: RequestVariables }> {
  return async (c, next) => {
    // An app that is mounted in another one: that one has done it.
    if (c.get('requestId') !== undefined) return next();
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && SAFE_ID.test(given) ? given : randomUUID();
    c.set('requestId', requestId);
    c.header('x-request-id', requestId);
    const start = performance.now();
    await next();
    const ms = Math.round((performance.now() - start) * 10) / 10;
    log.debug({ requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms }, 'request');
    return undefined;
  };
}
