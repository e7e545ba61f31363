import { NO_TALLY, type LogEntry, type Tally } from './account.ts';
import type { QueuedRecord, RecordKind } from './record-log.ts';
import type { RecordTable, Waiting } from './table-record-log.ts';

/** What a table begins with. */
export interface TableContent {
  readonly epoch: string;
  readonly nextNumber: number;
  readonly tally: Tally;
  /** By their number. */
  readonly entries: readonly LogEntry[];
}

/**
 * Records in memory. Alone, for a platform that keeps nothing: what waits is lost with it, and its account ends with its
 * epoch. Or the mirror of what is kept elsewhere, which it then begins with.
 */
export class MemoryTable implements RecordTable {
  readonly epoch: string;
  readonly #entries = new Map<number, LogEntry>();
  readonly #waiting = new Map<RecordKind, { records: number; bytes: number }>();
  tally: Tally;
  nextNumber: number;

  constructor(
    { epoch, nextNumber, tally, entries }: TableContent = {
      epoch: crypto.randomUUID(),
      nextNumber: 1,
      tally: NO_TALLY,
      entries: [],
    },
  ) {
    this.epoch = epoch;
    this.tally = tally;
    this.nextNumber = nextNumber;
    for (const entry of entries) {
      this.#entries.set(entry.number, entry);
      this.#count(entry, 1);
    }
  }

  /** All of them, the oldest first. */
  entries(): readonly LogEntry[] {
    return [...this.#entries.values()];
  }

  waiting(): readonly Waiting[] {
    return [...this.#waiting].map(([kind, held]) => ({ kind, ...held }));
  }

  insert(entries: readonly LogEntry[], tally: Tally): void {
    for (const entry of entries) {
      this.#entries.set(entry.number, entry);
      this.#count(entry, 1);
    }
    this.nextNumber += entries.length;
    this.tally = tally;
  }

  oldest(most: number, kinds: readonly RecordKind[]): readonly QueuedRecord[] {
    const found: QueuedRecord[] = [];
    for (const entry of this.#entries.values()) {
      if (found.length >= most) break;
      if (kinds.includes(entry.kind)) found.push(entry);
    }
    return found;
  }

  present(numbers: readonly number[]): ReadonlySet<number> {
    return new Set(numbers.filter((number) => this.#entries.has(number)));
  }

  remove(numbers: readonly number[], _rejected: unknown, tally: Tally): void {
    for (const number of numbers) {
      const entry = this.#entries.get(number);
      if (!entry) continue;
      this.#entries.delete(number);
      this.#count(entry, -1);
    }
    this.tally = tally;
  }

  #count({ kind, json }: LogEntry, by: 1 | -1): void {
    const { records, bytes } = this.#waiting.get(kind) ?? { records: 0, bytes: 0 };
    this.#waiting.set(kind, { records: records + by, bytes: bytes + by * json.length });
  }
}
