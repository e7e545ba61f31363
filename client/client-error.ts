import { ERROR_STATUS, type ErrorCode } from '../core/errors.ts';

/** What a server says of an error, by GraphQL (`extensions`) or as a problem of RFC 9457. */
export interface ErrorFacts {
  /** A code of `docs/errors.md`; of GraphQL itself (`BAD_USER_INPUT`) or INTERNAL otherwise. */
  readonly code: string;
  /** Of the HTTP answer; undefined where nobody answered. */
  readonly status?: number | undefined;
  /** The field or setting that is wrong. */
  readonly field?: string | undefined;
  readonly allowed?: unknown;
  /** Where in a GraphQL answer, such as `["deployment", "live"]`. */
  readonly path?: readonly (string | number)[] | undefined;
  /** Whether it may have been done all the same: the answer was lost, or says nothing of it. */
  readonly inDoubt?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error that a client throws: what the caller did wrong, or which part is away. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: string;
  readonly status: number | undefined;
  readonly field: string | undefined;
  readonly allowed: unknown;
  readonly path: readonly (string | number)[] | undefined;
  readonly inDoubt: boolean;
  /** All that the server says, such as the holder of a lease. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, facts: ErrorFacts, options?: ErrorOptions) {
    super(message, options);
    this.code = facts.code;
    this.status = facts.status;
    this.field = facts.field;
    this.allowed = facts.allowed;
    this.path = facts.path;
    this.inDoubt = facts.inDoubt ?? false;
    this.details = facts.details ?? {};
  }

  /** Whether a part is away, or too busy: the same call may succeed later. */
  get passes(): boolean {
    return PASSING.has(this.code);
  }
}

const PASSING: ReadonlySet<string> = new Set<ErrorCode>([
  'UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'STORAGE_FULL',
]);

/** Refused before anything was done: by a part that is away, or for want of room. */
const NOT_DONE: ReadonlySet<number> = new Set([429, 502, 503, 507]);
const SHOWN = 300;

/** An HTTP answer that is not good, as an error: a problem, another JSON error, or whatever else came. */
export function errorOfAnswer(what: string, status: number, text: string): ClientError {
  const said = parsed(text);
  const message = [said['title'], said['detail'], said['error'], said['message']].find(
    (one) => typeof one === 'string',
  );
  const code = typeof said['code'] === 'string' ? said['code'] : codeOf(status);
  const shown = message ?? (text.slice(0, SHOWN).trim() || 'no word of why');
  return new ClientError(`${what}: ${shown} (${status} ${code})`, {
    ...detailsOf(said),
    code,
    status,
    inDoubt: status >= 500 && !NOT_DONE.has(status),
  });
}

/** `field` and `allowed` of what a server says, and all of it. */
export function detailsOf(said: Readonly<Record<string, unknown>>): Pick<ErrorFacts, 'field' | 'allowed' | 'details'> {
  return {
    field: typeof said['field'] === 'string' ? said['field'] : undefined,
    allowed: said['allowed'],
    details: said,
  };
}

const codeOf = (status: number): string =>
  status === 502
    ? 'UNAVAILABLE'
    : (Object.entries(ERROR_STATUS).find(([, known]) => known === status)?.[0] ??
      (status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'MALFORMED'));

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
