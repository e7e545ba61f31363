import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, stopPostmaster, type Postmaster } from './postmaster.ts';

const LOOK_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/**
 * A server that is started again whenever it ends by itself: it was killed, or found its disk full. Connections come
 * back by themselves, as after a restart of any database.
 */
export class KeptServer {
  #server: Postmaster;
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;

  /** `restart` must give the same port again, since that is where everybody looks. */
  constructor(server: Postmaster, restart: (signal: AbortSignal) => Promise<Postmaster>) {
    this.#server = server;
    this.#watching = this.#watch(restart);
  }

  get pid(): number {
    return this.#server.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await stopPostmaster(this.#server);
  }

  async #watch(restart: (signal: AbortSignal) => Promise<Postmaster>): Promise<void> {
    const { signal } = this.#stopping;
    let retryMs = LOOK_MS;
    while (!signal.aborted) {
      await sleep(retryMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (signal.aborted || isAlive(this.#server)) continue;
      try {
        this.#server = await restart(signal);
        retryMs = LOOK_MS;
      } catch {
        // The log in the folder says why; a disk that is still full, say.
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }
}
