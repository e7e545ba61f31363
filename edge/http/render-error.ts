import type { Context } from 'hono';
import type { DomainError } from '../../core/errors.ts';
import { PROBLEM_TYPE, problemOf } from '../../core/problem.ts';

/** Shows a failure to the caller; null: ours, of which nothing is told. */
export type RenderError = (c: Context, error: DomainError | null, requestId: string) => Response;

/** Errors as problems (RFC 9457): the form of every route that is not of another protocol. */
export const renderProblem: RenderError = (c, error, requestId) => {
  const problem = problemOf(error, requestId);
  return c.json(problem, problem.status as 500, { 'content-type': PROBLEM_TYPE });
};
