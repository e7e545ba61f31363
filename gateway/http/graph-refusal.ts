import type { DomainError } from '../../core/errors.ts';

/** A refusal before GraphQL has begun, in GraphQL's shape. */
export function graphRefusal({ code, message, details, status }: DomainError): Response {
  const { retryAfterSeconds } = details;
  const headers = typeof retryAfterSeconds === 'number' ? { 'retry-after': String(retryAfterSeconds) } : {};
  return Response.json({ errors: [{ message, extensions: { code, ...details } }] }, { status, headers });
}
