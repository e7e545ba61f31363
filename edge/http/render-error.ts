import type { Context } from 'hono';
import type { DomainError, ErrorCode } from '../../core/errors.ts';
import { PROBLEM_TYPE, problemOf, retryAfter } from '../../core/problem.ts';

/** Shows a failure to the caller; null: ours, of which nothing is told. */
export type RenderError = (c: Context, error: DomainError | null, requestId: string) => Response;

/** Errors as problems (RFC 9457): the form of every route that is not of another protocol. */
export const renderProblem: RenderError = (c, error, requestId) => {
  const problem = problemOf(error, requestId);
  return c.json(problem, problem.status as 500, { 'content-type': PROBLEM_TYPE });
};

type Details = DomainError['details'];

/** What a status asks to be said in a header, whatever the form of the body. */
const HEADERS: Partial<Record<ErrorCode, (details: Details) => Readonly<Record<string, string>>>> = {
  UNAUTHENTICATED: () => ({ 'www-authenticate': 'Bearer' }),
  METHOD_NOT_ALLOWED: ({ allowed }) => ({ allow: listOf(allowed) }),
  // What is left of the body is not read: the connection cannot be used again.
  TOO_LARGE: () => ({ connection: 'close' }),
  UNSUPPORTED_MEDIA_TYPE: ({ field, allowed }) =>
    field === 'content-encoding' ? { 'accept-encoding': listOf(allowed) } : { accept: 'application/json' },
  RATE_LIMITED: (details) => ({ 'retry-after': retryAfter(details) }),
};

export const errorHeaders = ({ code, details }: DomainError): Readonly<Record<string, string>> =>
  HEADERS[code]?.(details) ?? {};

const listOf = (allowed: unknown): string => (Array.isArray(allowed) ? allowed.join(', ') : '');
