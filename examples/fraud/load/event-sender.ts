import type { Client } from '../../../client/client.ts';
import { ClientError } from '../../../client/client-error.ts';
import type { StreamEvent } from '../../../client/features.ts';

const EVERY_MS = 100;
const MOST_EVENTS = 5_000;
const PAUSE_MS = 500;

/** Sends events of a source a few times a second, one batch after another. A server under pressure is waited for. */
export class EventSender {
  readonly #client: Client;
  readonly #source: string;
  #waiting: StreamEvent[] = [];
  #going: Promise<void>;
  #isClosing = false;
  readonly counts = { sent: 0, accepted: 0, rejected: 0, batches: 0, refusedForNow: 0 };
  /** How many milliseconds after an event its batch was in the log: the slowest one. */
  slowestMs = 0;

  constructor(client: Client, source: string) {
    this.#client = client;
    this.#source = source;
    this.#going = this.#run();
  }

  add(event: StreamEvent): void {
    this.#waiting.push(event);
    this.counts.sent++;
  }

  /** Sends what waits, and ends. Throws what a batch met. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#going;
  }

  async #run(): Promise<void> {
    for (;;) {
      if (this.#waiting.length === 0 && this.#isClosing) return;
      if (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MOST_EVENTS));
      if (!this.#isClosing) await pause(EVERY_MS);
    }
  }

  async #send(events: readonly StreamEvent[]): Promise<void> {
    const since = performance.now();
    for (;;) {
      try {
        const { accepted, rejected } = await this.#client.features.sendEvents({ source: this.#source, events });
        this.counts.batches++;
        this.counts.accepted += accepted;
        this.counts.rejected += rejected.length;
        this.slowestMs = Math.max(this.slowestMs, performance.now() - since);
        return;
      } catch (error) {
        if (!(error instanceof ClientError) || error.status !== 429) throw error;
        this.counts.refusedForNow++;
        await pause(PAUSE_MS);
      }
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
