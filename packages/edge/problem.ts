import type { Problem } from './wire.ts';

interface ProblemFacts {
  readonly code: string;
  readonly why?: string | undefined;
  readonly status?: number | undefined;
  readonly field?: string | undefined;
  readonly allowed?: unknown;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number;
}

/** The one error of this client: what is wrong with a request, or which part is away. */
export class EdgeProblem extends Error {
  override readonly name = 'EdgeProblem';
  /** INVALID_INPUT, NOT_FOUND, UNAVAILABLE, …: docs/errors.md has them all. */
  readonly code: string;
  /** What an UNAVAILABLE comes from, where the edge names it: NOT_DELIVERED, KILLED, or the cause of a fallback that refuses. */
  readonly why: string | undefined;
  /** Of the HTTP answer; undefined where nobody answered. */
  readonly status: number | undefined;
  readonly field: string | undefined;
  readonly allowed: unknown;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: ProblemFacts, options?: ErrorOptions) {
    super(message, options);
    this.code = facts.code;
    this.why = facts.why;
    this.status = facts.status;
    this.field = facts.field;
    this.allowed = facts.allowed;
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
  }

  /** Whether the same call may succeed later. */
  get passes(): boolean {
    return this.status === undefined ? this.code === 'UNAVAILABLE' : [429, 502, 503, 504].includes(this.status);
  }
}

/** The JSON of a good answer. Throws EdgeProblem for any other, and where nobody answered; else why the signal aborted. */
export async function answerOf(sending: Promise<Response>, signal: AbortSignal): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await sending;
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new EdgeProblem('the edge cannot be reached', { code: 'UNAVAILABLE' }, { cause: error });
  }
  const said = parsed(text);
  if (response.ok && said) return said;
  throw problemOf(response, said);
}

/** A problem that an answer holds: of one row of many. */
export const problemIn = ({ title, status, code, field, allowed, requestId }: Problem): EdgeProblem =>
  new EdgeProblem(title, { code, status, field, allowed, requestId });

function problemOf({ status, headers }: Response, said: Record<string, unknown> | null): EdgeProblem {
  const text = (name: string): string | undefined => (typeof said?.[name] === 'string' ? said[name] : undefined);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new EdgeProblem(text('detail') ?? text('title') ?? `the edge answered ${status}`, {
    code: text('code') ?? 'UNAVAILABLE',
    why: text('cause'),
    status,
    field: text('field'),
    allowed: said?.['allowed'],
    requestId: headers.get('x-request-id') ?? undefined,
    ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 }),
  });
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
