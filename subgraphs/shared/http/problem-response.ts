import { HTTPException } from 'hono/http-exception';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { PROBLEM_TYPE, problemOf, retryAfter, type Problem } from '../../../core/problem.ts';
import { knownFailure } from '../known-failure.ts';

/** A refusal as the clients of a peer's wire read it. */
export type ErrorShape = (problem: Problem) => { readonly status: number; readonly body: object };

export interface ErrorShapeVariables {
  /** Set where the route speaks a peer's wire. */
  errorShape: ErrorShape | undefined;
}

/** Hono's onError: what the caller did wrong is said, what we did wrong is logged and masked. */
export function problemHandler(log: Logger): (error: Error, c: Context) => Response {
  return (error, c) => {
    const requestId = c.get('requestId') as string | undefined;
    const cause =
      error instanceof HTTPException
        ? new DomainError(error.status === 413 ? 'TOO_LARGE' : 'MALFORMED', error.message)
        : error;
    const known = knownFailure(cause, log);
    const path = (c.get('shownPath') as string | undefined) ?? c.req.path;
    if (!known) log.error({ err: cause, requestId, path }, 'a route failed');
    const problem = problemOf(known ?? cause, requestId);
    const shape = c.get('errorShape') as ErrorShape | undefined;
    const { status, body } = shape ? shape(problem) : { status: problem.status, body: problem };
    return Response.json(body, {
      status,
      headers: {
        'content-type': shape ? 'application/json' : PROBLEM_TYPE,
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
