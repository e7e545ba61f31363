import { DomainError } from '../../../core/errors.ts';
import { ControlPlane } from '../../control-plane/control-plane.ts';
import { NodeIdentity, type Settled } from '../../control-plane/node-identity.ts';
import type { Account, NewRecord, RecordKind, Settlement } from '../../telemetry/record-log.ts';
import { Shipper } from '../../telemetry/shipper.ts';
import { TableRecordLog } from '../../telemetry/table-record-log.ts';
import type { DurableObjectState } from './bindings.ts';
import { consoleLog } from './console-log.ts';
import { SqlKeyStore } from './sql-key-store.ts';
import { SqlTable } from './sql-table.ts';
import { readWorkerSettings, type WorkerEnv } from './worker-settings.ts';

/** What a worker asks of the object that keeps its records. */
export type RecordCall =
  | {
      readonly call: 'append';
      readonly records: readonly NewRecord[];
      readonly sampledOut: number;
      /** Answers whose records could not be brought here. */
      readonly lost: number;
    }
  | { readonly call: 'next'; readonly most: number; readonly kinds: readonly RecordKind[] }
  | { readonly call: 'settle'; readonly settlements: readonly Settlement[] }
  | { readonly call: 'load' }
  | { readonly call: 'key' }
  | { readonly call: 'save'; readonly state: string };

/** What became of one record: whether it is kept, or why nothing may be answered without it. */
export type Kept = boolean | { readonly refused: string };

export interface RecordReply {
  readonly epoch: string;
  readonly account: Account;
  readonly size: number;
  /** What the call asked for. */
  readonly result: unknown;
}

/** The node's own key, and what was done about it just now. */
export interface KeyReply {
  readonly key: string;
  readonly isEnrolled: boolean;
  readonly settled: Settled;
}

/** When what waits is shipped though nobody asks the worker anything. */
const ALARM_MS = 30_000;
const TIMEOUT_MS = 20_000;
const DAY_MS = 86_400_000;

/**
 * The records, the account and the state of a node in one Durable Object: there is one of it however many workers answer, and it
 * outlives them all. It ships by itself what no worker ships, and keeps the node's own key, where that has one.
 */
export class RecordObject {
  readonly #state: DurableObjectState;
  readonly #env: WorkerEnv;
  readonly #log: TableRecordLog;
  readonly #keys: SqlKeyStore;
  #identity: Promise<NodeIdentity> | undefined;
  #settling: Promise<Settled> | undefined;

  constructor(state: DurableObjectState, env: WorkerEnv) {
    this.#state = state;
    this.#env = env;
    const { queueRecords: maxRecords, queueBytes: maxBytes } = readWorkerSettings(env);
    this.#log = new TableRecordLog(new SqlTable(state.storage), { maxRecords, maxBytes });
    this.#keys = new SqlKeyStore(state.storage.sql);
    state.storage.sql.exec(
      'create table if not exists held (one integer primary key check (one = 1), state text not null)',
    );
  }

  async fetch(request: Request): Promise<Response> {
    const result = await this.#perform((await request.json()) as RecordCall);
    const { epoch, size } = this.#log;
    return Response.json({ epoch, size, account: this.#log.account(), result } satisfies RecordReply);
  }

  async alarm(): Promise<void> {
    const { monitoringUrl, node, key: given } = readWorkerSettings(this.#env);
    const key = given ?? (await this.#own()).key;
    const shipper = new Shipper({
      control: new ControlPlane({ url: monitoringUrl, key, fetch }),
      log: this.#log,
      node,
      timeoutMs: TIMEOUT_MS,
      onTrouble: (reason) =>
        consoleLog.warn({ reason, waiting: this.#log.size }, 'nothing can be shipped to monitoring'),
      onRejected: (kind, { id, code }) => consoleLog.warn({ kind, id, code }, 'monitoring will never take this record'),
    });
    await shipper.ship();
    if (this.#log.size > 0) await this.#state.storage.setAlarm(Date.now() + ALARM_MS);
  }

  async #perform(asked: RecordCall): Promise<unknown> {
    switch (asked.call) {
      case 'append':
        return this.#append(asked);
      case 'next':
        return this.#log.next(asked.most, asked.kinds);
      case 'settle':
        return this.#log.settle(asked.settlements);
      case 'load': {
        const [row] = this.#state.storage.sql.exec<{ state: string }>('select state from held');
        return row?.state ?? null;
      }
      case 'key':
        return this.#key();
      case 'save':
        return this.#save(asked.state);
      default:
        throw new Error('the object does not know this call');
    }
  }

  /** One enrolment at a time, however many workers ask. */
  async #key(): Promise<KeyReply> {
    const identity = await this.#own();
    this.#settling ??= identity.settle().finally(() => {
      this.#settling = undefined;
    });
    const settled = await this.#settling;
    return { key: identity.key, isEnrolled: identity.isEnrolled, settled };
  }

  #own(): Promise<NodeIdentity> {
    const { registryUrl, node, enrolToken, keyDays } = readWorkerSettings(this.#env);
    this.#identity ??= this.#keys.open().then(
      (held) =>
        new NodeIdentity(held, {
          registryUrl,
          node,
          token: enrolToken,
          rotateAfterMs: keyDays * DAY_MS,
          fetch,
          nowMs: Date.now,
          store: this.#keys,
        }),
    );
    return this.#identity;
  }

  #save(state: string): null {
    const query = 'insert into held values (1, ?) on conflict (one) do update set state = excluded.state';
    this.#state.storage.sql.exec(query, state);
    return null;
  }

  async #append({ records, sampledOut, lost }: Extract<RecordCall, { call: 'append' }>): Promise<readonly Kept[]> {
    const kept: Kept[] = [];
    for (const record of records) {
      kept.push(
        await this.#log.append(record).catch((error: unknown): Kept => {
          if (error instanceof DomainError) return { refused: error.message };
          throw error;
        }),
      );
    }
    for (let i = 0; i < sampledOut; i++) await this.#log.sampledOut();
    if (lost > 0) this.#log.lost(lost);
    if (this.#log.size > 0 && (await this.#state.storage.getAlarm()) === null) {
      await this.#state.storage.setAlarm(Date.now() + ALARM_MS);
    }
    return kept;
  }
}
