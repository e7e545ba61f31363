import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

interface Stored {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly varied: string;
  atMs: number;
}

/** A directive of `cache-control`: its number of seconds, true where it has none. */
function directive(headers: Headers, name: string): number | true | undefined {
  for (const part of (headers.get('cache-control') ?? '').split(',')) {
    const [key = '', value] = part.trim().toLowerCase().split('=');
    if (key === name) return value === undefined ? true : Number(value);
  }
  return undefined;
}

const seconds = (headers: Headers, name: string): number => Number(directive(headers, name) ?? 0);

/**
 * A cache that many share, as RFC 9111 and RFC 5861 say: what was asked for with an `authorization` is kept only where the
 * answer is `public`, `vary` keeps answers apart, stale ones are asked for again by their tag, meanwhile or where the origin
 * is away they may be given for so long.
 */
export class SharedCache {
  /** What reached the origin: `304 /v1/manifests/server`. */
  readonly asked: string[] = [];
  readonly #origin: string;
  readonly #now: () => number;
  readonly #stored = new Map<string, Stored[]>();
  readonly #asking = new Map<string, Promise<Response>>();
  readonly #server: Server;

  private constructor(origin: string, now: () => number) {
    this.#origin = origin;
    this.#now = now;
    const answer = getRequestListener((request) => this.#answer(request));
    this.#server = createServer((request, response) => void answer(request, response));
  }

  static async start(origin: string, now: () => number = Date.now): Promise<SharedCache> {
    const cache = new SharedCache(origin, now);
    await new Promise<void>((resolve) => cache.#server.listen(0, '127.0.0.1', resolve));
    return cache;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname + url.search;
    if (request.method !== 'GET' || request.headers.get('accept') === 'text/event-stream')
      return this.#pass(request, path);
    const found = (this.#stored.get(path) ?? []).find((one) => one.varied === variedBy(one.headers, request));
    if (!found) return this.#once(request, path, undefined);
    const ageMs = this.#now() - found.atMs;
    const freshMs = seconds(found.headers, 'max-age') * 1_000;
    if (ageMs < freshMs) return given(found, request);
    if (ageMs < freshMs + seconds(found.headers, 'stale-while-revalidate') * 1_000) {
      void this.#once(request, path, found).catch(() => undefined);
      return given(found, request);
    }
    try {
      return await this.#once(request, path, found);
    } catch (error) {
      if (ageMs < freshMs + seconds(found.headers, 'stale-if-error') * 1_000) return given(found, request);
      throw error;
    }
  }

  /** Many who ask for the same at once are one question to the origin. */
  async #once(request: Request, path: string, stale: Stored | undefined): Promise<Response> {
    const key = `${path} ${request.headers.get('authorization')}`;
    const asking = this.#asking.get(key) ?? this.#ask(request, path, stale).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return (await asking).clone();
  }

  async #ask(request: Request, path: string, stale: Stored | undefined): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.delete('if-none-match');
    const tag = stale?.headers.get('etag');
    if (tag) headers.set('if-none-match', tag);
    const answer = await fetch(this.#origin + path, { headers });
    this.asked.push(`${answer.status} ${path}`);
    if (answer.status === 304 && stale) {
      stale.atMs = this.#now();
      return given(stale, request);
    }
    const body = new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 200 && mayBeKept(answer.headers, request)) {
      const varied = variedBy(answer.headers, request);
      const others = (this.#stored.get(path) ?? []).filter((one) => one.varied !== varied);
      const stored = { status: 200, headers: answer.headers, body, varied, atMs: this.#now() };
      this.#stored.set(path, [...others, stored]);
      return given(stored, request);
    }
    return new Response(answer.status === 304 ? null : body, { status: answer.status, headers: plain(answer.headers) });
  }

  async #pass(request: Request, path: string): Promise<Response> {
    const body = request.method === 'GET' ? null : await request.arrayBuffer();
    const { signal, method, headers } = request;
    const answer = await fetch(this.#origin + path, { method, headers, body, signal });
    return new Response(answer.body, { status: answer.status, headers: plain(answer.headers) });
  }
}

/** What an asker is told of a stored answer: that it has it already, or all of it. */
function given({ status, headers, body }: Stored, request: Request): Response {
  if (request.headers.get('if-none-match') === headers.get('etag')) {
    return new Response(null, { status: 304, headers: plain(headers) });
  }
  return new Response(body, { status, headers: plain(headers) });
}

const mayBeKept = (headers: Headers, request: Request): boolean =>
  directive(headers, 'no-store') === undefined &&
  directive(headers, 'private') === undefined &&
  directive(headers, 'max-age') !== undefined &&
  (!request.headers.has('authorization') || directive(headers, 'public') !== undefined);

const variedBy = (headers: Headers, request: Request): string =>
  (headers.get('vary') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
    .map((name) => `${name}=${request.headers.get(name) ?? ''}`)
    .join(';');

/** Without what describes the connection, which ends here. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive'])
    kept.delete(name);
  return kept;
}
