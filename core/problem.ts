import { DomainError } from './errors.ts';

/** RFC 9457. Anything that is not a DomainError is our bug and is masked; the caller logs it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly [detail: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

export function problemOf(error: unknown, requestId?: string): Problem {
  const id = requestId !== undefined && { requestId };
  if (error instanceof DomainError) {
    return {
      type: 'about:blank',
      title: error.message,
      ...error.details,
      status: error.status,
      code: error.code,
      ...id,
    };
  }
  return { type: 'about:blank', title: 'internal error', status: 500, code: 'INTERNAL', ...id };
}

/** `retry-after` of a refusal that says when to come again, in whole seconds. */
export const retryAfter = ({ retryAfterMs }: DomainError['details']): string =>
  String(Math.max(1, Math.ceil(Number(retryAfterMs) / 1_000)));
