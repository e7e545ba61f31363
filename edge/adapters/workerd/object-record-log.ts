import { DomainError } from '../../../core/errors.ts';
import { HeldState, type StateStore } from '../../delivery/held-state.ts';
import {
  RECORD_KINDS,
  type Account,
  type NewRecord,
  type QueuedRecord,
  type RecordKind,
  type RecordLog,
  type Settlement,
} from '../../telemetry/record-log.ts';
import type { DurableObjectNamespace } from './bindings.ts';
import type { KeyReply, Kept, RecordCall, RecordReply } from './record-object.ts';

interface Asking {
  /** Null: an answer without a record. */
  readonly record: NewRecord | null;
  readonly resolve: (kept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The log that a Durable Object keeps, as a worker sees it: its account is as of the last call. Also keeps the node's state there. */
export class ObjectRecordLog implements RecordLog, StateStore {
  readonly #ask: (call: RecordCall) => Promise<RecordReply>;
  #known: RecordReply;
  #asking: Asking[] = [];
  /** Answers whose records could not be brought there, and that it must be told of. */
  #lost = 0;

  private constructor(ask: (call: RecordCall) => Promise<RecordReply>, known: RecordReply) {
    this.#ask = ask;
    this.#known = known;
  }

  /** The one of the node with this name. */
  static async open(namespace: DurableObjectNamespace, node: string): Promise<ObjectRecordLog> {
    const ask = async (call: RecordCall): Promise<RecordReply> => {
      // A stub belongs to the request that made it.
      const stub = namespace.get(namespace.idFromName(node));
      const reply = await stub.fetch('https://records.invalid/', { method: 'POST', body: JSON.stringify(call) });
      if (!reply.ok) throw new DomainError('UNAVAILABLE', `the records of ${node} answered ${reply.status}`);
      return reply.json() as Promise<RecordReply>;
    };
    return new ObjectRecordLog(ask, await ask({ call: 'load' }));
  }

  get epoch(): string {
    return this.#known.epoch;
  }

  get size(): number {
    return this.#known.size;
  }

  append(record: NewRecord): Promise<boolean> {
    return this.#enqueue(record);
  }

  async sampledOut(): Promise<void> {
    await this.#enqueue(null);
  }

  async next(most: number, kinds: readonly RecordKind[] = RECORD_KINDS): Promise<readonly QueuedRecord[]> {
    return (await this.#call({ call: 'next', most, kinds })) as readonly QueuedRecord[];
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length > 0) await this.#call({ call: 'settle', settlements });
  }

  account(): Account {
    return this.#known.account;
  }

  /** The node's own key, which the object enrols or rotates first where that is due. */
  async ownKey(): Promise<KeyReply> {
    return (await this.#call({ call: 'key' })) as KeyReply;
  }

  async close(): Promise<void> {}

  async load(): Promise<HeldState | null> {
    const text = await this.#call({ call: 'load' });
    if (typeof text !== 'string') return null;
    try {
      return HeldState.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  save(state: HeldState): Promise<void> {
    return this.saveText(JSON.stringify(state));
  }

  async saveText(state: string): Promise<void> {
    await this.#call({ call: 'save', state });
  }

  async #call(call: RecordCall): Promise<unknown> {
    this.#known = await this.#ask(call);
    return this.#known.result;
  }

  /** What comes in one turn, the rows of a batch, goes in one call. */
  #enqueue(record: NewRecord | null): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#asking.push({ record, resolve, reject });
      if (this.#asking.length === 1) setTimeout(() => void this.#flush(), 0);
    });
  }

  async #flush(): Promise<void> {
    const asking = this.#asking;
    this.#asking = [];
    const records = asking.flatMap(({ record }) => record ?? []);
    const lost = this.#lost;
    try {
      const sampledOut = asking.length - records.length;
      const kept = (await this.#call({ call: 'append', records, sampledOut, lost })) as readonly Kept[];
      this.#lost -= lost;
      let at = 0;
      for (const one of asking) answer(one, one.record ? (kept[at++] ?? false) : true);
    } catch (error) {
      for (const one of asking) this.#lose(one, error);
    }
  }

  /** As where a disk takes no more: what may be answered without its record is, and counted with the next call. */
  #lose(one: Asking, error: unknown): void {
    const why = error instanceof Error ? error.message : 'no answer';
    const refused = `nothing is answered without a record here, and the object that keeps them cannot be reached: ${why}`;
    if (one.record?.whenFull === 'REFUSE') return answer(one, { refused });
    if (one.record === null || one.record.kind === 'prediction') this.#lost++;
    answer(one, false);
  }
}

function answer({ resolve, reject }: Asking, kept: Kept): void {
  if (typeof kept === 'boolean') resolve(kept);
  else reject(new DomainError('STORAGE_FULL', kept.refused));
}
