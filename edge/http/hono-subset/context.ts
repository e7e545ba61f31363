import { tryDecode } from './path.ts';

export type HeaderValues = Readonly<Record<string, string>>;

/** A request as its handlers see it. */
class ContextRequest {
  params: Readonly<Record<string, string>> = {};

  constructor(
    readonly raw: Request,
    readonly path: string,
  ) {}

  get method(): string {
    return this.raw.method;
  }

  get url(): string {
    return this.raw.url;
  }

  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined;
  }

  param(name: string): string | undefined {
    const value = this.params[name];
    return value?.includes('%') ? tryDecode(value, decodeURIComponent) : value;
  }
}

/** One request under way: what handlers say to each other of it, and the answer as far as there is one. */
export class Context {
  readonly req: ContextRequest;
  finalized = false;
  readonly #values = new Map<string, unknown>();
  #res: Response | undefined;
  /** Set before there is an answer. */
  #headers: Headers | undefined;

  constructor(raw: Request, path: string) {
    this.req = new ContextRequest(raw, path);
  }

  get res(): Response {
    return (this.#res ??= new Response(null, { headers: (this.#headers ??= new Headers()) }));
  }

  /** Headers that were set before stay, but for the type of what is answered. */
  set res(given: Response) {
    let res = given;
    if (this.#res) {
      res = new Response(given.body, given);
      for (const [name, value] of this.#res.headers) if (name !== 'content-type') res.headers.set(name, value);
    }
    this.#res = res;
    this.finalized = true;
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  header(name: string, value: string, options?: { readonly append?: boolean }): void {
    // The headers of an answer that came from elsewhere may not be written to.
    if (this.finalized && this.#res) this.#res = new Response(this.#res.body, this.#res);
    const headers = this.#res ? this.#res.headers : (this.#headers ??= new Headers());
    if (options?.append) headers.append(name, value);
    else headers.set(name, value);
  }

  body(data: BodyInit | null, status?: number, headers: HeaderValues = {}): Response {
    const all = this.#res ? new Headers(this.#res.headers) : (this.#headers ?? new Headers());
    // One after another: a type that is named twice, in whatever case, is the last one.
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return new Response(data, { ...(status !== undefined && { status }), headers: all });
  }

  text(text: string, status?: number, headers?: HeaderValues): Response {
    // Then the platform names the type, in a spelling of its own.
    if (!this.#headers && !this.finalized && status === undefined && !headers) return new Response(text);
    return this.body(text, status, { 'Content-Type': 'text/plain; charset=UTF-8', ...headers });
  }

  json(value: unknown, status?: number, headers?: HeaderValues): Response {
    return this.body(JSON.stringify(value), status, { 'Content-Type': 'application/json', ...headers });
  }
}
