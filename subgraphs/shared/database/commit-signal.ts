import { Client } from 'pg';

const RECONNECT_MS = 1_000;

/**
 * Hears when somebody, in this process or another, notifies a channel after a commit to a feed: one connection for all who wait. Only a hint:
 * while the connection is away nothing is heard, so whoever waits looks again by itself after a while.
 */
export class CommitSignal {
  readonly #url: string;
  readonly #channel: string;
  readonly #waiting = new Set<() => void>();
  #heard = 0;
  #client: Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, channel: string) {
    this.#url = url;
    this.#channel = channel;
  }

  /** How often something was heard so far; listening begins with the first call. */
  count(): number {
    if (!this.#client && !this.#closed && !this.#retry) this.#connect();
    return this.#heard;
  }

  /** Ends when more than `count` has been heard, when the time is over, or when `signal` aborts. */
  async after(count: number, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#heard > count || signal?.aborted || this.#closed) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      this.#waiting.add(end);
      signal?.addEventListener('abort', end);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#wake();
    await this.#client?.end().catch(() => undefined);
  }

  #connect(): void {
    const client = new Client({ connectionString: this.#url, keepAlive: true });
    this.#client = client;
    const again = (): void => {
      if (this.#client !== client) return;
      this.#client = undefined;
      if (this.#closed) return;
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        if (!this.#closed) this.#connect();
      }, RECONNECT_MS).unref();
    };
    client.on('notification', () => this.#wake());
    client.on('error', again);
    client.on('end', again);
    client
      .connect()
      .then(() => client.query(`listen ${client.escapeIdentifier(this.#channel)}`))
      // What was committed before this connection heard is looked for once.
      .then(() => this.#wake())
      .catch(again);
  }

  #wake(): void {
    this.#heard++;
    for (const end of this.#waiting) end();
  }
}
