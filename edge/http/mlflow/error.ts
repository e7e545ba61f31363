import type { ErrorCode } from '../../../core/errors.ts';
import type { RenderError } from '../render-error.ts';

/** MLflow's names of what went wrong, with the status that its scoring server gives each. */
const SHOWN: Partial<Record<ErrorCode, readonly [code: string, status: number]>> = {
  INVALID_INPUT: ['INVALID_PARAMETER_VALUE', 400],
  MALFORMED: ['BAD_REQUEST', 400],
  LIMIT_EXCEEDED: ['BAD_REQUEST', 400],
  TOO_LARGE: ['BAD_REQUEST', 413],
  FAILED_PRECONDITION: ['BAD_REQUEST', 400],
  UNAUTHENTICATED: ['UNAUTHENTICATED', 401],
  FORBIDDEN: ['PERMISSION_DENIED', 403],
  NOT_FOUND: ['RESOURCE_DOES_NOT_EXIST', 404],
  METHOD_NOT_ALLOWED: ['BAD_REQUEST', 405],
  CONFLICT: ['RESOURCE_CONFLICT', 409],
  RATE_LIMITED: ['REQUEST_LIMIT_EXCEEDED', 429],
  STORAGE_FULL: ['RESOURCE_EXHAUSTED', 429],
  UNAVAILABLE: ['TEMPORARILY_UNAVAILABLE', 503],
  TIMEOUT: ['DEADLINE_EXCEEDED', 504],
};

/** Errors as MLflow's scoring server gives them: a code and a message, and plain text for a type that it does not read. */
export const renderMlflowError: RenderError = (c, error) => {
  if (error?.code === 'UNSUPPORTED_MEDIA_TYPE') return c.text(error.message, 415);
  const [code, status] = (error && SHOWN[error.code]) ?? ['INTERNAL_ERROR', 500];
  return c.json({ error_code: code, message: error?.message ?? 'internal error' }, status as 500);
};
