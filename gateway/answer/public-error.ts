import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { ERROR_STATUS } from '../../core/errors.ts';
import type { Path } from './failure.ts';
import { pathThatExists, type Completed } from './null-completion.ts';
import type { Planned } from './planner.ts';

/** Codes of GraphQL's own machinery that name a mistake of the caller. */
const CALLERS = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
];
const PUBLIC_CODES = new Set<unknown>([...Object.keys(ERROR_STATUS), ...CALLERS]);

/** What libraries put beside our details, and what tells a stranger how the install is built. */
const PRIVATE = new Set(['request', 'response', 'serviceName', 'stacktrace', 'exception', 'http', 'originalError']);

/** Keeps message, path, code and our details of an error whose code is public; masks and logs any other. */
export function publicError(error: GraphQLFormattedError, log: Logger): GraphQLFormattedError {
  const { message, path, locations, extensions = {} } = error;
  const place = path && { path };
  if (!PUBLIC_CODES.has(extensions['code'])) {
    // Subgraphs mask and log their own; this is for what goes wrong here.
    if (extensions['code'] !== 'INTERNAL_SERVER_ERROR') log.error({ err: error, path }, 'the gateway failed');
    return { message: 'internal error', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  }
  const details = Object.fromEntries(Object.entries(extensions).filter(([name]) => !PRIVATE.has(name)));
  return { message, ...place, ...(locations && { locations }), extensions: details };
}

/** The errors of a completed answer: each with its path, and one for each null that nothing explains. */
export function errorsOf(planned: Planned, { errors, violations }: Completed, log: Logger): readonly GraphQLError[] {
  // What has no place of its own: its path, if any, is cut where it leads nowhere.
  const elsewhere = planned.errors.map((error) => ({ ...error, path: pathThatExists(error.path, planned.data) ?? [] }));
  const known = [...errors, ...elsewhere].map((error) => {
    // Positions are those of a fetch's document, which the caller never saw.
    const { message, extensions } = publicError({ message: error.message, extensions: error.extensions ?? {} }, log);
    return toError(message, error.path.length > 0 ? error.path : undefined, extensions);
  });
  const unexplained = violations.filter(({ path }) => !known.some((error) => isAbout(error.path, path)));
  const nulls = unexplained.map(({ path, coordinate }) =>
    toError(`Cannot return null for non-nullable field ${coordinate}.`, path, { code: 'NOT_FOUND' }),
  );
  return [...known, ...nulls];
}

const toError = (message: string, path: Path | undefined, extensions: object = {}): GraphQLError =>
  new GraphQLError(message, { path: path ?? null, extensions: { ...extensions } });

const isAbout = (error: Path | undefined, violation: Path): boolean =>
  !error || error.slice(0, violation.length).every((step, index) => step === violation[index]);
