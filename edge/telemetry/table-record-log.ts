import {
  accountOf,
  entriesOf,
  heard,
  tallied,
  withinBounds,
  type Bounds,
  type LogEntry,
  type Tally,
} from './account.ts';
import {
  RECORD_KINDS,
  type Account,
  type NewRecord,
  type QueuedRecord,
  type RecordKind,
  type RecordLog,
  type Rejected,
  type Settlement,
} from './record-log.ts';

/** How much waits of one kind. */
export interface Waiting {
  readonly kind: RecordKind;
  readonly records: number;
  /** Characters of their JSON. */
  readonly bytes: number;
}

/** Where records lie, one row each; each call does all or nothing. */
export interface RecordTable {
  readonly epoch: string;
  readonly tally: Tally;
  /** The number that the next record gets: one that none had before. */
  readonly nextNumber: number;
  waiting(): readonly Waiting[];
  /** Adds records and the tally that goes with them. Throws where there is no room for them. */
  insert(entries: readonly LogEntry[], tally: Tally): void;
  /** The oldest of these kinds. */
  oldest(most: number, kinds: readonly RecordKind[]): readonly QueuedRecord[];
  /** Those of the numbers that are still there. */
  present(numbers: readonly number[]): ReadonlySet<number>;
  /** Removes records, keeps aside what was rejected as far as there is room, and sets the tally. */
  remove(numbers: readonly number[], rejected: readonly Rejected[], tally: Tally): void;
}

/** The records and the account of a node in a table that can be read and written at once. */
export class TableRecordLog implements RecordLog {
  readonly #table: RecordTable;
  readonly #bounds: Bounds;

  constructor(table: RecordTable, bounds: Bounds) {
    this.#table = table;
    this.#bounds = bounds;
  }

  get epoch(): string {
    return this.#table.epoch;
  }

  get size(): number {
    return this.#table.waiting().reduce((sum, { records }) => sum + records, 0);
  }

  async append(record: NewRecord): Promise<boolean> {
    const asking = { record };
    const { kept } = withinBounds([asking], this.#held(), this.#bounds);
    if (kept.length === 0) return this.#lose(asking, 'QUEUE_FULL');
    const { epoch, tally, nextNumber } = this.#table;
    const { entries, nextSeq } = entriesOf(kept, { epoch, nextSeq: tally.nextSeq, nextNumber });
    try {
      this.#table.insert(entries, { ...tally, nextSeq });
    } catch {
      return this.#lose(asking, 'DISK_FULL');
    }
    return true;
  }

  async sampledOut(): Promise<void> {
    this.#table.remove([], [], tallied(this.#table.tally, 1, []));
  }

  /** Counts answers whose records could not be brought here. */
  lost(count: number): void {
    const { tally } = this.#table;
    this.#table.remove([], [], { ...tally, nextSeq: tally.nextSeq + count, diskFull: tally.diskFull + count });
  }

  async next(most: number, kinds: readonly RecordKind[] = RECORD_KINDS): Promise<readonly QueuedRecord[]> {
    return this.#table.oldest(most, kinds);
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    const present = this.#table.present(settlements.map(({ number }) => number));
    const own = [...new Map(settlements.map((one) => [one.number, one])).values()].filter(({ number }) =>
      present.has(number),
    );
    if (own.length === 0) return;
    const predictions = own.filter(({ kind }) => kind === 'prediction');
    const rejected = predictions.filter((one) => one.rejected !== null).length;
    const { tally } = this.#table;
    this.#table.remove(
      own.map(({ number }) => number),
      own.flatMap((one) => one.rejected ?? []),
      {
        ...tally,
        acked: tally.acked + predictions.length - rejected,
        rejected: tally.rejected + rejected,
      },
    );
  }

  account(): Account {
    const queued = this.#table.waiting().find(({ kind }) => kind === 'prediction')?.records ?? 0;
    return accountOf(this.#table.tally, { queued, acked: 0, rejected: 0 });
  }

  async close(): Promise<void> {}

  #lose(asking: { readonly record: NewRecord }, why: 'QUEUE_FULL' | 'DISK_FULL'): boolean {
    const before = this.#table.tally;
    const after = tallied(before, 0, [[asking, why]]);
    if (after.nextSeq !== before.nextSeq) this.#table.remove([], [], after);
    return heard(asking, why, this.#bounds);
  }

  #held() {
    const shadows = { records: 0, bytes: 0 };
    const rest = { records: 0, bytes: 0 };
    for (const { kind, records, bytes } of this.#table.waiting()) {
      const held = kind === 'shadow' ? shadows : rest;
      held.records += records;
      held.bytes += bytes;
    }
    return { shadows, rest };
  }
}
