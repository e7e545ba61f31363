import { serverEvents } from '../core/server-events.ts';
import { pause } from './call.ts';
import { ClientError, errorOfAnswer } from './client-error.ts';
import { graphHeaders, type Connection } from './connection.ts';
import { answerIn, clientErrorOf } from './graph-answer.ts';
import type { Operation } from './operation.ts';

export interface SubscribeOptions {
  /** Begins behind this event: the `id` of the last one that was received. */
  readonly lastEventId?: string | undefined;
  /** Stops listening. */
  readonly signal?: AbortSignal | undefined;
}

/** One event of a subscription. */
export interface Received<Result> {
  /** Where to go on after it. */
  readonly id: string | undefined;
  readonly data: Result;
  /** Why parts of the data are null, if any are. */
  readonly errors: readonly ClientError[];
}

/** The gateway beats every 15 s; one that is silent for longer than this has gone. */
const SILENT_MS = 45_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** Listens, and goes on behind the last event where the connection breaks or a part is away. */
export async function* subscribe<Result, Variables>(
  connection: Connection,
  operation: Operation<Result, Variables>,
  variables: Variables,
  { lastEventId: begin, signal }: SubscribeOptions,
): AsyncGenerator<Received<Result>, void, undefined> {
  let lastEventId = begin;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    if (signal?.aborted) return;
    try {
      for await (const event of listenOnce(connection, operation, variables, { lastEventId, signal })) {
        lastEventId = event.id ?? lastEventId;
        waitMs = FIRST_WAIT_MS;
        if (event.received) yield event.received as Received<Result>;
      }
      return;
    } catch (error) {
      if (signal?.aborted) return;
      const lasts = error instanceof ClientError && !error.passes;
      if (lasts) throw error;
    }
    await Promise.race([pause(waitMs), aborted(signal)]);
  }
}

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

interface Heard {
  readonly id: string | undefined;
  readonly received?: Received<unknown>;
}

async function* listenOnce(
  connection: Connection,
  { name, text }: Operation<unknown, unknown>,
  variables: unknown,
  { lastEventId, signal }: SubscribeOptions,
): AsyncGenerator<Heard, void, undefined> {
  const silent = new AbortController();
  const giveUp = (): void => silent.abort();
  let timer = setTimeout(giveUp, SILENT_MS);
  try {
    const answer = await fetch(`${connection.graphUrl}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        ...graphHeaders(connection),
      },
      body: JSON.stringify({ query: text, variables, operationName: name }),
      signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
    });
    if (!answer.ok || !answer.body) throw await refusalOf(name, answer);
    for await (const event of serverEvents(answer.body)) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENT_MS);
      if (event?.name === 'complete') return;
      if (event) yield event.name === 'next' ? heard(name, event.id, event.data ?? '') : { id: event.id };
    }
    throw new Error(`${name}: the connection broke`);
  } finally {
    clearTimeout(timer);
  }
}

/** An answer without data ends the subscription: it says why. */
function heard(name: string, id: string | undefined, text: string): Heard {
  const { data, errors = [] } = answerIn(text);
  const known = errors.map((error) => clientErrorOf(name, error, 200));
  const isThere = data && Object.values(data).some((value) => value !== null);
  if (isThere) return { id, received: { id, data, errors: known } };
  throw known[0] ?? errorOfAnswer(name, 200, text);
}

async function refusalOf(name: string, answer: Response): Promise<ClientError> {
  const text = await answer.text();
  const [error] = answerIn(text).errors ?? [];
  return error ? clientErrorOf(name, error, answer.status) : errorOfAnswer(name, answer.status, text);
}
