import { Agent, request } from 'node:http';

/** A server gave no answer that counts. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    message: string,
    /** Whether it may have done what it was asked all the same. */
    readonly inDoubt: boolean,
  ) {
    super(message);
  }
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;
/** Refused before anything was done: by a part that is away, or for want of room. */
const NOT_DONE = [502, 503, 507];

/** One server over connections that are kept: thousands of small requests are cheap, and wait for each other beyond `connections`. */
export class HttpDoor {
  readonly url: string;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, { key, connections }: { readonly key: string; readonly connections: number }) {
    this.url = url.replace(/\/+$/, '');
    this.#base = new URL(this.url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#headers = { authorization: `Bearer ${key}` };
  }

  get(path: string): Promise<HttpAnswer> {
    return this.#send('GET', path, undefined);
  }

  /** Posts JSON. Throws NoAnswer where the server is away, refuses for a while or fails. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    return this.#send('POST', path, JSON.stringify(body), headers);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const answer = await this.#exchange(method, path, body, headers);
    if (answer.status < 500) return answer;
    const said = `${this.url}${path} answered ${answer.status}: ${messageOf(answer.text)}`;
    throw new NoAnswer(said, !NOT_DONE.includes(answer.status));
  }

  #exchange(
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          agent: this.#agent,
          method,
          host: this.#base.hostname,
          port: this.#base.port,
          path: `${this.#base.pathname.replace(/\/$/, '')}${path}`,
          timeout: TIMEOUT_MS,
          headers: {
            ...this.#headers,
            ...headers,
            ...(body !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
          },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
          answer.on('error', (error) => reject(this.#noAnswer(path, error)));
        },
      );
      asking.on('timeout', () => asking.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
      asking.on('error', (error) => reject(this.#noAnswer(path, error)));
      asking.end(body);
    });
  }

  #noAnswer(path: string, error: Error & { readonly code?: string }): NoAnswer {
    return new NoAnswer(`${this.url}${path} cannot be reached: ${error.message}`, error.code !== 'ECONNREFUSED');
  }
}

/** What a problem or another answer says, in a line. */
export function messageOf(text: string): string {
  try {
    const { title, error } = JSON.parse(text) as { title?: unknown; error?: unknown };
    if (typeof title === 'string') return title;
    if (typeof error === 'string') return error;
  } catch {
    // Not JSON: shown as it is.
  }
  return text.slice(0, 300);
}
