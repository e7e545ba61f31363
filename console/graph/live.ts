import { serverEvents } from '../../core/server-events.ts';
import { Changes } from '../app/operations.ts';
import { makeStore } from '../ui/use-sync-external.ts';
import { GRAPH_PATH } from './ask.ts';
import { identityHeaders } from './identity.ts';
import { misses, refetchAll } from './query.ts';

/** Whether the page hears of changes as they happen, or asks from time to time. */
export const liveState = makeStore<'live' | 'polling'>('polling');

const POLL_MS = 15_000;
/** However much changes, the page asks again no oftener. */
const CALM_MS = 1_500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Keeps what is shown fresh while somebody looks at it: by events, and by asking where they do not come through. */
export function keepLive(): () => void {
  let listening: AbortController | undefined;
  let waitMs = FIRST_WAIT_MS;
  let again: ReturnType<typeof setTimeout> | undefined;
  let due: ReturnType<typeof setTimeout> | undefined;

  const changed = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      refetchAll();
    }, CALM_MS);
  };
  const listen = (): void => {
    if (document.hidden || listening) return;
    const own = new AbortController();
    listening = own;
    void hear(own.signal, changed, () => (waitMs = FIRST_WAIT_MS)).finally(() => {
      liveState.set('polling');
      if (listening === own) listening = undefined;
      if (own.signal.aborted) return;
      again = setTimeout(listen, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  };
  // A tab that nobody sees holds no connection: a browser has few of them.
  const onVisibility = (): void => {
    if (document.hidden) {
      listening?.abort();
      listening = undefined;
    } else {
      refetchAll();
      listen();
    }
  };
  const poll = setInterval(() => {
    // No event tells that a part has come back.
    if (!document.hidden && (liveState.get() === 'polling' || misses())) refetchAll();
  }, POLL_MS);
  document.addEventListener('visibilitychange', onVisibility);
  listen();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearInterval(poll);
    clearTimeout(again);
    clearTimeout(due);
    listening?.abort();
  };
}

/** Listens until the connection ends, however it does. */
async function hear(signal: AbortSignal, changed: () => void, opened: () => void): Promise<void> {
  try {
    const response = await fetch(GRAPH_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...identityHeaders() },
      body: JSON.stringify({ id: Changes.text, operationName: Changes.name, variables: {} }),
      credentials: 'same-origin',
      signal,
    });
    if (!response.ok || !response.body) return;
    for await (const event of serverEvents(chunksOf(response.body))) {
      if (event?.name === 'complete') return;
      if (liveState.get() === 'polling') {
        liveState.set('live');
        opened();
      }
      if (event?.name === 'next') changed();
    }
  } catch {
    // A connection that breaks is opened again by whoever listens.
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
