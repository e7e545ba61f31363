import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { knownFailure } from '../known-failure.ts';

/** Codes that GraphQL's own machinery gives to a caller's mistake; everything else unknown is masked. */
const CALLERS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
]);

/** A DomainError keeps its message and code, and so does an outage of the storage; any other failure is our bug: masked outside, logged inside. */
export function formatErrorWith(
  log: Logger,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    const place = { ...(formatted.path && { path: formatted.path }) };
    const known = knownFailure(cause, log);
    if (known) {
      return { ...place, message: known.message, extensions: { code: known.code, ...known.details } };
    }
    const code = formatted.extensions?.['code'];
    if (typeof code === 'string' && CALLERS.has(code)) {
      return { ...place, message: formatted.message, extensions: { code } };
    }
    log.error({ err: cause, path: formatted.path }, 'a resolver failed');
    return { ...place, message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  };
}
