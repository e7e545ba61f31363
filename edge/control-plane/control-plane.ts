import { bytesOfStream } from '../../core/bytes-of-stream.ts';
import { DomainError } from '../../core/errors.ts';
import { serverEvents } from '../../core/server-events.ts';
import type { NodeClock } from './node-clock.ts';

export interface ControlPlaneOptions {
  /** One base URL for manifests, blobs, features and telemetry. */
  readonly url: string;
  /** What it is asked with: the key, or how to have it where that changes. */
  readonly key: string | (() => string);
  readonly fetch: typeof fetch;
  /** Posts for less than `fetch` does, where the platform can. */
  readonly post?: PostText;
  /** Compares clocks with each answer, where one is given. */
  readonly clock?: NodeClock;
}

/** Text that is posted. */
export interface TextPost {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export interface TextAnswer {
  readonly status: number;
  /** The header of that name. */
  readonly date: string | null;
  readonly text: string;
}

/** Rejects where no whole answer came in time. */
export type PostText = (url: string, sent: TextPost) => Promise<TextAnswer>;

/** Posts by what every platform has. */
export const fetchPoster =
  (ask: typeof fetch): PostText =>
  async (url, { headers, body, timeoutMs }) => {
    const answer = await ask(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, date: answer.headers.get('date'), text: await answer.text() };
  };

export interface Fetched {
  readonly status: number;
  readonly etag: string | null;
  readonly bytes: Uint8Array;
}

/** The control plane as a node sees it: a few URLs, any of which may be away. Throws UNAVAILABLE. */
export class ControlPlane {
  readonly #url: string;
  readonly #key: () => string;
  readonly #fetch: typeof fetch;
  readonly #post: PostText;
  readonly #clock: NodeClock | undefined;

  constructor({ url, key, fetch, post, clock }: ControlPlaneOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#key = typeof key === 'string' ? () => key : key;
    this.#fetch = fetch.bind(globalThis);
    this.#post = post ?? fetchPoster(this.#fetch);
    this.#clock = clock;
  }

  /** Gets bytes, at most `maxBytes` of them. 304 has none; any other status than 200 and 304 throws. */
  async get(
    path: string,
    {
      timeoutMs,
      maxBytes,
      etag,
    }: { readonly timeoutMs: number; readonly maxBytes: number; readonly etag?: string | null },
  ): Promise<Fetched> {
    return this.#guarded(path, async () => {
      const answer = await this.#ask(path, {
        headers: { ...this.#headers(), ...(etag && { 'if-none-match': etag }) },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.status !== 200 && answer.status !== 304) {
        await answer.body?.cancel();
        throw new DomainError('UNAVAILABLE', `${path} answered ${answer.status}`, { status: answer.status });
      }
      const bytes = await readAtMost(answer, maxBytes, path);
      return { status: answer.status, etag: answer.headers.get('etag'), bytes };
    });
  }

  #headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.#key()}` };
  }

  /** Posts JSON and gives the JSON of the answer. */
  async postJson(path: string, body: unknown, timeoutMs: number): Promise<unknown> {
    return this.postText(path, JSON.stringify(body), timeoutMs);
  }

  /** Posts text that is JSON already. */
  async postText(path: string, body: string, timeoutMs: number): Promise<unknown> {
    const headers = { ...this.#headers(), 'content-type': 'application/json' };
    return this.#guarded(path, async () => {
      const { status, text } = await this.#observed(
        () => this.#post(this.#url + path, { headers, body, timeoutMs }),
        ({ date }) => date,
      );
      if (status >= 200 && status < 300) return JSON.parse(text) as unknown;
      throw new DomainError('UNAVAILABLE', `${path} answered ${status}: ${text.slice(0, 300)}`, { status });
    });
  }

  /**
   * What the control plane sends as server-sent events, until it ends or the signal says so. Throws UNAVAILABLE when it
   * cannot be had, breaks off, or is silent for `silentMs`.
   */
  async follow(
    path: string,
    { signal, silentMs }: { readonly signal: AbortSignal; readonly silentMs: number },
    onData: (data: string) => void,
  ): Promise<void> {
    const silent = new AbortController();
    const giveUp = (): void => silent.abort(new DomainError('UNAVAILABLE', `${path} was silent for ${silentMs} ms`));
    let timer = setTimeout(giveUp, silentMs);
    try {
      await this.#guarded(path, async () => {
        const answer = await this.#ask(path, {
          headers: { ...this.#headers(), accept: 'text/event-stream' },
          signal: AbortSignal.any([signal, silent.signal]),
        });
        if (!answer.ok || !answer.body) {
          await answer.body?.cancel();
          throw new DomainError('UNAVAILABLE', `${path} answered ${answer.status}`, { status: answer.status });
        }
        for await (const event of serverEvents(answer.body)) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, silentMs);
          if (event?.data !== undefined) onData(event.data);
        }
      });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(path: string, init: RequestInit): Promise<Response> {
    return this.#observed(
      () => this.#fetch(this.#url + path, init),
      ({ headers }) => headers.get('date'),
    );
  }

  /** Compares the clocks with an answer. */
  async #observed<T>(ask: () => Promise<T>, dateOf: (answer: T) => string | null): Promise<T> {
    const clock = this.#clock;
    if (!clock) return ask();
    const askedAtMs = clock.systemMs();
    const answer = await ask();
    clock.observe(dateOf(answer), askedAtMs, clock.systemMs());
    return answer;
  }

  async #guarded<T>(path: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const why = cause instanceof Error ? cause.message : 'no answer';
      throw new DomainError('UNAVAILABLE', `${path} cannot be reached: ${why}`);
    }
  }
}

async function readAtMost(answer: Response, maxBytes: number, path: string): Promise<Uint8Array> {
  const tooLarge = (): DomainError =>
    new DomainError('TOO_LARGE', `${path} is larger than the ${maxBytes} bytes that were announced`, { maxBytes });
  if (Number(answer.headers.get('content-length') ?? 0) > maxBytes) {
    await answer.body?.cancel();
    throw tooLarge();
  }
  return bytesOfStream(answer.body, maxBytes, tooLarge);
}
