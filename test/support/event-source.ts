import { serverEvents } from '../../core/server-events.ts';

type Listener = (event: { readonly type: string; readonly data: string }) => void;

/** The part of a browser's EventSource that libraries for pages ask for, where the runtime has none. */
export class FetchedEventSource {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 0;
  readonly #gone = new AbortController();
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string) {
    this.#read(url).catch(() => {
      this.readyState = 2;
      if (!this.#gone.signal.aborted) this.onerror?.();
    });
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close(): void {
    this.#gone.abort();
  }

  async #read(url: string): Promise<void> {
    const answer = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: this.#gone.signal });
    if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}`);
    this.readyState = 1;
    this.onopen?.();
    for await (const event of serverEvents(answer.body)) {
      const type = event?.name ?? 'message';
      if (event?.data !== undefined) {
        for (const listener of this.#listeners.get(type) ?? []) listener({ type, data: event.data });
      }
    }
    throw new Error('the stream has ended');
  }
}
