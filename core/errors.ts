/**
 * Every way a caller can be wrong or a part can be away, with the HTTP status that a data-plane route answers.
 * The list is closed; `docs/errors.md` explains each code and a test keeps the two equal.
 */
export const ERROR_STATUS = {
  INVALID_INPUT: 422,
  MALFORMED: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  INVALID_TRANSITION: 409,
  FAILED_PRECONDITION: 412,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  DIGEST_MISMATCH: 422,
  LIMIT_EXCEEDED: 400,
  RATE_LIMITED: 429,
  STORAGE_FULL: 507,
  UNAVAILABLE: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  TIMEOUT: 504,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** The caller's mistake, or a named outage, said in the caller's words. Anything else that is thrown is our bug. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What helps to mend it: `field`, `allowed`, `holder`, … Never secrets, never personal data. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
