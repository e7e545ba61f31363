import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../core/errors.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/**
 * Dev mode knows no passwords, so it answers to its own machine alone. Listening on loopback keeps other machines out;
 * this keeps out web pages whose name was made to point here (DNS rebinding).
 */
export const loopbackHostOnly: MiddlewareHandler = async (c, next) => {
  const host = new URL(c.req.url).hostname;
  if (isLoopback(host)) return next();
  throw new DomainError('FORBIDDEN', `dev mode answers to localhost, not to "${host}"`, { allowed: ['localhost'] });
};
