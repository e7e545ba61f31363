import { ClientError, errorOfAnswer } from './client-error.ts';

export interface Call {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Whether the same call may be made twice: then one that was cut off, or met a part that is away, is made again. */
  readonly repeatable: boolean;
  /**
   * Whether the connection is kept for the next call to the same server: for many small ones. The server may close a kept
   * one just when it is taken, and then nobody knows whether the call came through; so others get one of their own. In a
   * browser that is the browser's matter.
   */
  readonly keepsConnection?: boolean;
  readonly timeoutMs: number;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

const TRIES = 5;
const FIRST_WAIT_MS = 200;

/** Makes a call until it is answered by anything but "away just now", if it is repeatable; else once. */
export async function call(asked: Call): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === TRIES || !asked.repeatable;
    try {
      const answer = await callOnce(asked);
      if (last || ![502, 503, 429].includes(answer.status)) return answer;
      await answer.body?.cancel();
    } catch (error) {
      if (last || asked.signal?.aborted) throw unreachable(asked, error);
    }
    await pause(FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
}

/** The answer, if it is good. Throws what it says otherwise; `what` names the call. */
export async function good(what: string, answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw errorOfAnswer(what, answer.status, await answer.text());
}

/** The answer of a route, as JSON. */
export async function jsonOf(what: string, answer: Response): Promise<unknown> {
  const text = await (await good(what, answer)).text();
  try {
    return JSON.parse(text);
  } catch {
    throw errorOfAnswer(what, answer.status, text);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function callOnce({ url, method = 'GET', headers, body, keepsConnection, timeoutMs, signal }: Call): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  return fetch(url, {
    method,
    ...(body !== undefined && { body }),
    headers: { ...headers, ...(!keepsConnection && { connection: 'close' }) },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
}

function unreachable({ url }: Call, error: unknown): ClientError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  const { code } = (cause ?? {}) as { readonly code?: string };
  return new ClientError(
    `${new URL(url).origin} does not answer (${why})`,
    // Where no connection was made, nothing was done.
    { code: 'UNAVAILABLE', inDoubt: code !== 'ECONNREFUSED' && code !== 'ENOTFOUND' },
    { cause: error },
  );
}
