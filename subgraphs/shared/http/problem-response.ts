import { HTTPException } from 'hono/http-exception';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { PROBLEM_TYPE, problemOf, retryAfter } from '../../../core/problem.ts';
import { knownFailure } from '../known-failure.ts';

/** Hono's onError: what the caller did wrong is said, what we did wrong is logged and masked. */
export function problemHandler(log: Logger): (error: Error, c: Context) => Response {
  return (error, c) => {
    const requestId = c.get('requestId') as string | undefined;
    const cause =
      error instanceof HTTPException
        ? new DomainError(error.status === 413 ? 'TOO_LARGE' : 'MALFORMED', error.message)
        : error;
    const known = knownFailure(cause, log);
    if (!known) log.error({ err: cause, requestId, path: c.req.path }, 'a route failed');
    const problem = problemOf(known ?? cause, requestId);
    return Response.json(problem, {
      status: problem.status,
      headers: {
        'content-type': PROBLEM_TYPE,
        ...(c.get('closing') === true && { connection: 'close' }),
        ...(known?.code === 'RATE_LIMITED' && { 'retry-after': retryAfter(known.details) }),
      },
    });
  };
}

export function notFoundHandler(c: Context): Response {
  const problem = problemOf(new DomainError('NOT_FOUND', `there is no ${c.req.method} ${c.req.path} here`));
  return Response.json(problem, { status: problem.status, headers: { 'content-type': PROBLEM_TYPE } });
}
