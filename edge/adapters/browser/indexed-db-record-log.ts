import {
  answerWaiting,
  entriesOf,
  NO_TALLY,
  tallied,
  withinBounds,
  type Bounds,
  type LogEntry,
  type Loss,
  type WaitingRecord,
  type Tally,
} from '../../telemetry/account.ts';
import { MemoryTable } from '../../telemetry/memory-table.ts';
import {
  RECORD_KINDS,
  type Account,
  type NewRecord,
  type QueuedRecord,
  type RecordKind,
  type RecordLog,
  type Rejected,
  type Settlement,
} from '../../telemetry/record-log.ts';
import { accountIn, heldIn, settledIn } from '../../telemetry/table-record-log.ts';
import { onceCleared, type NodeDatabase } from './database.ts';

interface Change {
  readonly added?: readonly LogEntry[];
  readonly removed?: readonly number[];
  readonly rejected?: readonly Rejected[];
  readonly tally: Tally;
}

const MOST_REJECTED = 1_000;

/**
 * Records in IndexedDB, mirrored in memory. What `append` has acknowledged is in a transaction that the browser has completed: it survives the
 * death of the browser's process; a power cut can cost the last moments, as the browser decides. Appends that come while a
 * transaction is under way go into the next one together.
 */
export class IndexedDbRecordLog implements RecordLog {
  #db: NodeDatabase;
  readonly #table: MemoryTable;
  readonly #bounds: Bounds;
  readonly #onFault: (error: unknown) => void;
  #waiting: WaitingRecord[] = [];
  #sampled: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #turn: Promise<void> = Promise.resolve();

  private constructor(db: NodeDatabase, table: MemoryTable, bounds: Bounds, onFault: (error: unknown) => void) {
    this.#db = db;
    this.#table = table;
    this.#bounds = bounds;
    this.#onFault = onFault;
  }

  /** Takes up what the database holds; a database without an account begins an epoch. */
  static async open(
    db: NodeDatabase,
    bounds: Bounds,
    onFault: (error: unknown) => void = () => undefined,
  ): Promise<IndexedDbRecordLog> {
    const begun = { epoch: crypto.randomUUID(), nextNumber: 1, tally: NO_TALLY };
    const transaction = db.transaction(['records', 'account'], 'readwrite');
    const kept = await transaction.objectStore('account').get('account');
    if (!kept) await transaction.objectStore('account').put(begun, 'account');
    const entries = await transaction.objectStore('records').getAll();
    await transaction.done;
    return new IndexedDbRecordLog(db, new MemoryTable({ ...(kept ?? begun), entries }), bounds, onFault);
  }

  /** Goes on in an empty database, which gets all that waits: the browser has taken the one before away. What is appended meanwhile waits. */
  moveTo(open: () => Promise<NodeDatabase>): Promise<void> {
    const move = async (): Promise<void> => {
      this.#db = await open();
      await this.#write({ added: this.#table.entries(), tally: this.#table.tally });
    };
    return this.#inTurn(() => onceCleared(move));
  }

  get epoch(): string {
    return this.#table.epoch;
  }

  get size(): number {
    return this.#table.waiting().reduce((sum, { records }) => sum + records, 0);
  }

  append(record: NewRecord): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#schedule();
    });
  }

  sampledOut(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sampled.push({ resolve, reject });
      this.#schedule();
    });
  }

  next(most: number, kinds: readonly RecordKind[] = RECORD_KINDS): Promise<readonly QueuedRecord[]> {
    return Promise.resolve(this.#table.oldest(most, kinds));
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    return this.#inTurn(async () => {
      const { numbers, rejected, tally } = settledIn(this.#table, settlements);
      if (numbers.length === 0) return;
      await this.#write({ removed: numbers, rejected, tally });
      this.#table.remove(numbers, rejected, tally);
    });
  }

  account(): Account {
    return accountIn(this.#table);
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#db.close();
  }

  #schedule(): void {
    if (this.#waiting.length + this.#sampled.length === 1) void this.#inTurn(() => this.#flush());
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #flush(): Promise<void> {
    const [waiting, sampled] = [this.#waiting, this.#sampled];
    [this.#waiting, this.#sampled] = [[], []];
    try {
      const { kept, full } = withinBounds(waiting, heldIn(this.#table), this.#bounds);
      const isKept = await this.#keep(kept);
      const lossOf = new Map<WaitingRecord, Loss>([
        ...full.map((one) => [one, 'QUEUE_FULL'] as const),
        ...(isKept ? [] : kept).map((one) => [one, 'DISK_FULL'] as const),
      ]);
      await this.#count(tallied(this.#table.tally, sampled.length, [...lossOf]));
      for (const one of waiting) answerWaiting(one, lossOf.get(one), this.#bounds);
      for (const { resolve } of sampled) resolve();
    } catch (error) {
      this.#onFault(error);
      for (const { reject } of [...waiting, ...sampled]) reject(error);
    }
  }

  /** Writes records in one transaction; false where the browser would not take them, which is all or none. */
  async #keep(kept: readonly WaitingRecord[]): Promise<boolean> {
    if (kept.length === 0) return true;
    const { epoch, tally, nextNumber } = this.#table;
    const { entries, nextSeq } = entriesOf(kept, { epoch, nextSeq: tally.nextSeq, nextNumber });
    const after = { ...tally, nextSeq };
    try {
      await this.#write({ added: entries, tally: after });
    } catch (error) {
      this.#onFault(error);
      return false;
    }
    this.#table.insert(entries, after);
    return true;
  }

  /** Losses count in memory even where the browser keeps nothing any more. */
  async #count(tally: Tally): Promise<void> {
    if (tally.nextSeq === this.#table.tally.nextSeq) return;
    this.#table.remove([], [], tally);
    await this.#write({ tally }).catch(this.#onFault);
  }

  async #write({ added = [], removed = [], rejected = [], tally }: Change): Promise<void> {
    const { epoch, nextNumber } = this.#table;
    const setAside = rejected.length > 0 && (await this.#db.count('rejected')) < MOST_REJECTED ? rejected : [];
    const transaction = this.#db.transaction(['records', 'account', 'rejected'], 'readwrite');
    const done = transaction.done;
    const [records, aside] = [transaction.objectStore('records'), transaction.objectStore('rejected')];
    await Promise.all([
      done,
      ...added.map((entry) => records.put(entry)),
      ...removed.map((number) => records.delete(number)),
      transaction.objectStore('account').put({ epoch, nextNumber: nextNumber + added.length, tally }, 'account'),
      ...setAside.map((one) => aside.add(one)),
    ]);
  }
}
