import type { Operation } from '../../client/operation.ts';
import { serverEvents } from '../../core/server-events.ts';
import { GRAPH_PATH } from './ask.ts';
import { identityHeaders } from './identity.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

interface Listener<Result> {
  /** Something has come; null where nothing of it could be read. */
  readonly onNext: (data: Result | null) => void;
  /** Whether it hears at the moment. */
  readonly onState: (isLive: boolean) => void;
}

/** Hears a subscription for as long as somebody looks; a connection that breaks is opened again. Answers what ends it. */
export function keepListening<Result, Variables>(
  subscription: Operation<Result, Variables>,
  variables: Variables,
  { onNext, onState }: Listener<Result>,
): () => void {
  let waitMs = FIRST_WAIT_MS;
  let again: ReturnType<typeof setTimeout> | undefined;
  let listening: AbortController | undefined;

  const listen = (): void => {
    if (document.hidden || listening) return;
    clearTimeout(again);
    const own = new AbortController();
    listening = own;
    const opened = (): void => {
      waitMs = FIRST_WAIT_MS;
      if (listening === own) onState(true);
    };
    const next = (data: Result | null): void => {
      if (listening === own) onNext(data);
    };
    void hear({ subscription, variables, signal: own.signal, opened, next }).finally(() => {
      if (listening !== own) return;
      listening = undefined;
      onState(false);
      again = setTimeout(listen, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  };
  const hush = (): void => {
    clearTimeout(again);
    const own = listening;
    listening = undefined;
    own?.abort();
    onState(false);
  };
  // A tab that nobody sees holds no connection: a browser has few of them.
  const onVisibility = (): void => (document.hidden ? hush() : listen());
  document.addEventListener('visibilitychange', onVisibility);
  listen();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    hush();
  };
}

interface Hearing<Result, Variables> {
  readonly subscription: Operation<Result, Variables>;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly opened: () => void;
  readonly next: (data: Result | null) => void;
}

/** Listens until the connection ends, however it does. */
async function hear<Result, Variables>(hearing: Hearing<Result, Variables>): Promise<void> {
  const { subscription, variables, signal, opened, next } = hearing;
  try {
    const response = await fetch(GRAPH_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...identityHeaders() },
      body: JSON.stringify({ id: subscription.text, operationName: subscription.name, variables }),
      credentials: 'same-origin',
      signal,
    });
    if (!response.ok || !response.body) return;
    let isOpen = false;
    for await (const event of serverEvents(chunksOf(response.body))) {
      if (event?.name === 'complete') return;
      if (!isOpen) {
        isOpen = true;
        opened();
      }
      if (event?.name === 'next') next(dataOf(event.data) as Result | null);
    }
  } catch {
    // A connection that breaks is opened again by whoever listens.
  }
}

function dataOf(text = ''): unknown {
  try {
    return (JSON.parse(text) as { readonly data?: unknown }).data ?? null;
  } catch {
    return null;
  }
}

/** Not every browser lets one walk a stream. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
