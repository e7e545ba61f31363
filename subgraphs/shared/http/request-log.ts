import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';

export interface RequestVariables {
  requestId: string;
  traceparent?: string | undefined;
  /** Set where the rest of a body is not read: no other request can come on this connection. */
  closing?: boolean;
  /** What logs say in place of a path that holds a key. */
  shownPath?: string;
}

const SAFE_ID = /^[\w.-]{1,64}$/;
/** W3C Trace Context: version, trace, parent, flags. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Gives each request an id (the caller's `x-request-id` if it is harmless), answers with it and logs one line, with the
 * id of the caller's trace where one is sent.
 */
export function requestLog(log: Logger): MiddlewareHandler<{ Variables: RequestVariables }> {
  return async (c, next) => {
    // An app that is mounted in another one: that one has done it.
    if (c.get('requestId') !== undefined) return next();
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && SAFE_ID.test(given) ? given : randomUUID();
    c.set('requestId', requestId);
    const traceparent = c.req.header('traceparent');
    const traceId = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
    if (traceId !== undefined) c.set('traceparent', traceparent);
    const start = performance.now();
    await next();
    c.res.headers.set('x-request-id', requestId);
    const ms = Math.round((performance.now() - start) * 10) / 10;
    const trace = traceId !== undefined && { traceId };
    log.debug(
      { requestId, ...trace, method: c.req.method, path: c.get('shownPath') ?? c.req.path, status: c.res.status, ms },
      'request',
    );
    return undefined;
  };
}
