import { entriesOf, heard, type LogEntry } from '../../telemetry/account.ts';
import type { Account, NewRecord, QueuedRecord, RecordLog } from '../../telemetry/record-log.ts';
import type { Queue } from './bindings.ts';

/** A record as it travels through the queue. */
export type QueuedMessage = Pick<QueuedRecord, 'kind' | 'id' | 'json'>;

/** What Cloudflare takes in one call, with room for what it adds itself. */
const MOST_MESSAGES = 100;
const MOST_CHARACTERS = 200_000;

interface Sending {
  readonly record: NewRecord;
  readonly entry: LogEntry;
  readonly resolve: (kept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands records over to a queue of the platform, which keeps them until a consumer has brought them to monitoring. What became of
 * them is not heard here: they count as queued, and monitoring counts as stored what has arrived of them.
 */
export class QueueRecordLog implements RecordLog {
  readonly epoch = crypto.randomUUID();
  readonly size = 0;
  readonly #queue: Queue;
  #sending: Sending[] = [];
  #nextSeq = 0;
  #handedOver = 0;
  #sampledOut = 0;
  #lost = 0;

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** What comes in one turn, the rows of a batch, goes in one call. */
  append(record: NewRecord): Promise<boolean> {
    const { entries, nextSeq } = entriesOf([{ record }], { epoch: this.epoch, nextSeq: this.#nextSeq, nextNumber: 0 });
    this.#nextSeq = nextSeq;
    return new Promise((resolve, reject) => {
      this.#sending.push(...entries.map((entry) => ({ record, entry, resolve, reject })));
      if (this.#sending.length === 1) setTimeout(() => void this.#flush(), 0);
    });
  }

  async sampledOut(): Promise<void> {
    this.#sampledOut++;
  }

  async next(): Promise<readonly QueuedRecord[]> {
    return [];
  }

  async settle(): Promise<void> {}

  account(): Account {
    const [queued, sampledOut, lost] = [this.#handedOver, this.#sampledOut, this.#lost];
    return {
      answered: queued + sampledOut + lost,
      queued,
      acked: 0,
      sampledOut,
      dropped: { ...(lost > 0 && { DISK_FULL: lost }) },
    };
  }

  async close(): Promise<void> {}

  async #flush(): Promise<void> {
    const sending = this.#sending;
    this.#sending = [];
    await Promise.all(callsOf(sending).map((call) => this.#send(call)));
  }

  async #send(call: readonly Sending[]): Promise<void> {
    const isKept = await this.#queue
      .sendBatch(call.map(({ entry: { kind, id, json } }) => ({ body: { kind, id, json }, contentType: 'json' })))
      .then(
        () => true,
        () => false,
      );
    for (const one of call) this.#answer(one, isKept);
  }

  #answer({ record, resolve, reject }: Sending, isKept: boolean): void {
    const isPrediction = record.kind === 'prediction';
    if (isPrediction && isKept) this.#handedOver++;
    if (isPrediction && !isKept && record.whenFull === 'DROP') this.#lost++;
    try {
      resolve(heard({ record }, isKept ? undefined : 'DISK_FULL', { maxRecords: 0, maxBytes: 0 }));
    } catch (error) {
      reject(error);
    }
  }
}

function callsOf(sending: readonly Sending[]): readonly (readonly Sending[])[] {
  const calls: Sending[][] = [];
  let characters = Infinity;
  for (const one of sending) {
    const { length } = one.entry.json;
    const last = calls.at(-1);
    if (last && last.length < MOST_MESSAGES && characters + length <= MOST_CHARACTERS) {
      last.push(one);
      characters += length;
    } else {
      calls.push([one]);
      characters = length;
    }
  }
  return calls;
}
