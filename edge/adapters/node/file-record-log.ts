import { appendFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  answerWaiting,
  accountOf,
  entriesOf,
  tallied,
  withinBounds,
  type Bounds,
  type Loss,
  type WaitingRecord,
} from '../../telemetry/account.ts';
import {
  RECORD_KINDS,
  type Account,
  type NewRecord,
  type QueuedRecord,
  type RecordKind,
  type RecordLog,
  type Settlement,
} from '../../telemetry/record-log.ts';
import { AccountFile } from './account-file.ts';
import { lineOf, Segment } from './segment.ts';

export interface FileRecordLogOptions extends Bounds {
  readonly folder: string;
  readonly segmentBytes?: number;
  /** How often what was written is forced to the disk; 0: before each answer. */
  readonly fsyncMs: number;
  /** Told of a disk that fails. */
  readonly onFault: (error: unknown) => void;
}

const REJECTED_FILE_BYTES = 4 * 1024 * 1024;
/** What is in so many segments that wait to be shipped stays in memory. */
const MOST_IN_MEMORY = 8;

/**
 * Records in segment files. What `append` has acknowledged was handed to the operating system: it survives the death
 * of this process at any point. A power cut can cost what was written in the last `fsyncMs`.
 * Appends of one turn of the event loop are written together.
 */
export class FileRecordLog implements RecordLog {
  readonly #options: FileRecordLogOptions;
  readonly #account: AccountFile;
  readonly #segments: Segment[] = [];
  #waiting: WaitingRecord[] = [];
  #sampled: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #nextNumber = 1;
  #nextSegment: number;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FileRecordLogOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#account = AccountFile.open(join(options.folder, 'account'));
    this.#nextSegment = this.#account.state.deletedThrough + 1;
    this.#recover();
    if (options.fsyncMs > 0) {
      this.#timer = setInterval(() => this.#sync(), options.fsyncMs);
      this.#timer.unref();
    }
  }

  get epoch(): string {
    return this.#account.state.epoch;
  }

  get size(): number {
    return this.#sum(({ pendingCount }) => pendingCount);
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
    const found: QueuedRecord[] = [];
    for (const segment of this.#segments) {
      if (found.length >= most) break;
      found.push(...segment.pending(most - found.length, kinds));
    }
    this.#forgetSome();
    return Promise.resolve(found);
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    const numbers = Map.groupBy(settlements, ({ number }) => this.#segments.findLast(({ first }) => first <= number));
    for (const [segment, own] of numbers) segment?.settle(own);
    this.#keepRejected(settlements);
    this.#deleteSettled();
    return Promise.resolve();
  }

  account(): Account {
    return accountOf(this.#account.state, {
      queued: this.#sum(({ queuedPredictions }) => queuedPredictions),
      acked: this.#sum(({ acked }) => acked),
      rejected: this.#sum(({ rejected }) => rejected),
    });
  }

  close(): Promise<void> {
    this.#flush();
    clearInterval(this.#timer);
    for (const segment of this.#segments) {
      segment.syncNow();
      segment.finish();
    }
    this.#account.close();
    return Promise.resolve();
  }

  #schedule(): void {
    if (this.#waiting.length + this.#sampled.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    const sampled = this.#sampled;
    this.#waiting = [];
    this.#sampled = [];
    if (waiting.length + sampled.length === 0) return;
    try {
      const { kept, full } = withinBounds(waiting, this.#held(), this.#options);
      const failed = this.#write(kept);
      const lost = [
        ...full.map((one) => [one, 'QUEUE_FULL'] as const),
        ...failed.map((one) => [one, 'DISK_FULL'] as const),
      ];
      if (lost.length + sampled.length > 0) this.#count(sampled.length, lost);
      if (this.#options.fsyncMs === 0) {
        this.#segments.at(-1)?.syncNow();
        this.#account.syncNow();
      }
      const lossOf = new Map<WaitingRecord, Loss>(lost);
      for (const one of waiting) answerWaiting(one, lossOf.get(one), this.#options);
      for (const { resolve } of sampled) resolve();
    } catch (error) {
      this.#options.onFault(error);
      for (const { reject } of [...waiting, ...sampled]) reject(error);
    }
  }

  #held() {
    const shadows = {
      records: this.#sum(({ pendingShadows }) => pendingShadows),
      bytes: this.#sum(({ shadowBytes }) => shadowBytes),
    };
    const rest = { records: this.size - shadows.records, bytes: this.#sum(({ bytes }) => bytes) - shadows.bytes };
    return { shadows, rest };
  }

  #sum(of: (segment: Segment) => number): number {
    return this.#segments.reduce((total, segment) => total + of(segment), 0);
  }

  /** Writes records in one go; gives those that the disk would not take, which is all or none. */
  #write(kept: readonly WaitingRecord[]): readonly WaitingRecord[] {
    if (kept.length === 0) return [];
    const { entries, nextSeq } = entriesOf(kept, {
      epoch: this.epoch,
      nextSeq: this.#account.state.nextSeq,
      nextNumber: this.#nextNumber,
    });
    try {
      this.#activeSegment().append(entries, entries.map(lineOf).join(''));
    } catch (error) {
      this.#options.onFault(error);
      return kept;
    }
    this.#nextNumber += kept.length;
    this.#account.hold(nextSeq);
    this.#dirty = true;
    return [];
  }

  #activeSegment(): Segment {
    const { folder, segmentBytes = 1024 * 1024 } = this.#options;
    const active = this.#segments.at(-1);
    if (active?.isOpen && active.bytes < segmentBytes) return active;
    active?.finish();
    this.#forgetSome();
    const segment = Segment.create(folder, this.#nextSegment, this.#nextNumber);
    this.#nextSegment++;
    this.#segments.push(segment);
    return segment;
  }

  /** The oldest are shipped first: what is in the newest is read back when it is their turn. */
  #forgetSome(): void {
    let left = MOST_IN_MEMORY;
    for (const segment of this.#segments) if (!segment.isOpen && segment.isInMemory && left-- <= 0) segment.forget();
  }

  #count(sampled: number, lost: readonly (readonly [WaitingRecord, Loss])[]): void {
    const before = this.#account.state;
    const after = tallied(before, sampled, lost);
    if (after.nextSeq === before.nextSeq) return;
    this.#account.write(after);
    this.#dirty = true;
  }

  #sync(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#segments.at(-1)?.sync(this.#options.onFault);
    this.#account.sync(this.#options.onFault);
  }

  /** Oldest first, and the account before the files: a crash in between is mended at the next start. */
  #deleteSettled(): void {
    for (let head = this.#segments[0]; head && head.entries > 0 && head.pendingCount === 0; head = this.#segments[0]) {
      const { acked, rejected } = this.#account.state;
      this.#account.write({
        acked: acked + head.acked,
        rejected: rejected + head.rejected,
        deletedThrough: head.number,
      });
      head.remove();
      this.#segments.shift();
    }
  }

  /** What monitoring will never take is kept aside for people, up to a bound. */
  #keepRejected(settlements: readonly Settlement[]): void {
    const lines = settlements.flatMap(({ rejected, ...record }) =>
      rejected ? [`${JSON.stringify({ ...record, ...rejected })}\n`] : [],
    );
    if (lines.length === 0) return;
    const path = join(this.#options.folder, 'rejected.jsonl');
    if (existsSync(path) && statSync(path).size > REJECTED_FILE_BYTES) return;
    try {
      appendFileSync(path, lines.join(''), { mode: 0o600 });
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #recover(): void {
    const { deletedThrough, nextSeq } = this.#account.state;
    const numbers = readdirSync(this.#options.folder)
      .flatMap((name) => /^(\d+)\.log$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
    let lastSeq = nextSeq - 1;
    for (const number of numbers) {
      if (number <= deletedThrough) {
        Segment.discard(this.#options.folder, number);
        continue;
      }
      const recovered = Segment.recover(this.#options.folder, number);
      this.#segments.push(recovered.segment);
      this.#nextNumber = Math.max(this.#nextNumber, recovered.lastNumber + 1);
      lastSeq = Math.max(lastSeq, recovered.lastSeq);
      this.#nextSegment = number + 1;
    }
    this.#account.write({ nextSeq: lastSeq + 1 });
    this.#deleteEmpty();
  }

  /** Segments in which a crash left nothing whole. */
  #deleteEmpty(): void {
    for (const segment of this.#segments.filter(({ entries }) => entries === 0)) {
      segment.remove();
      this.#segments.splice(this.#segments.indexOf(segment), 1);
    }
    this.#deleteSettled();
  }
}
