import { DomainError } from '../../core/errors.ts';

export interface ControlPlaneOptions {
  /** One base URL for manifests, blobs, features and telemetry. */
  readonly url: string;
  readonly key: string;
  readonly fetch: typeof fetch;
}

export interface Fetched {
  readonly status: number;
  readonly etag: string | null;
  readonly bytes: Uint8Array;
}

/** The control plane as a node sees it: a few URLs, any of which may be away. Throws UNAVAILABLE. */
export class ControlPlane {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;

  constructor({ url, key, fetch }: ControlPlaneOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#headers = { authorization: `Bearer ${key}` };
    this.#fetch = fetch.bind(globalThis);
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
      const answer = await this.#fetch(this.#url + path, {
        headers: { ...this.#headers, ...(etag && { 'if-none-match': etag }) },
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

  /** Posts JSON and gives the JSON of the answer. */
  async postJson(path: string, body: unknown, timeoutMs: number): Promise<unknown> {
    return this.postText(path, JSON.stringify(body), timeoutMs);
  }

  /** Posts text that is JSON already. */
  async postText(path: string, body: string, timeoutMs: number): Promise<unknown> {
    return this.#guarded(path, async () => {
      const answer = await this.#fetch(this.#url + path, {
        method: 'POST',
        headers: { ...this.#headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!answer.ok) {
        const text = (await answer.text()).slice(0, 300);
        throw new DomainError('UNAVAILABLE', `${path} answered ${answer.status}: ${text}`, { status: answer.status });
      }
      return answer.json();
    });
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
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
