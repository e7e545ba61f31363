import { appendFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
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
import { lineOf, Segment, type SegmentEntry } from './segment.ts';

export interface FileRecordLogOptions {
  readonly folder: string;
  /** Bounds of what may wait; shadows have a quarter of as much for themselves, and take nothing from the others. */
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly segmentBytes?: number;
  /** How often what was written is forced to the disk; 0: before each answer. */
  readonly fsyncMs: number;
  /** Told of a disk that fails. */
  readonly onFault: (error: unknown) => void;
}

interface Waiting {
  readonly record: NewRecord;
  readonly resolve: (kept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const REJECTED_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Records in segment files. What `append` has acknowledged was handed to the operating system: it survives the death
 * of this process at any point. A power cut can cost what was written in the last `fsyncMs`.
 *
 * Appends of one turn of the event loop are written together. Within a write, records get the lowest seqs and answers
 * without a record the next ones, so that a write cut short leaves no gap: the seq after the last record is free.
 */
export class FileRecordLog implements RecordLog {
  readonly #options: FileRecordLogOptions;
  readonly #account: AccountFile;
  readonly #segments: Segment[] = [];
  #waiting: Waiting[] = [];
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
    return this.#segments.reduce((sum, { pendingCount }) => sum + pendingCount, 0);
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
    const { nextSeq, sampledOut, queueFull, diskFull, acked, rejected } = this.#account.state;
    const sum = (of: (segment: Segment) => number): number =>
      this.#segments.reduce((total, segment) => total + of(segment), 0);
    const rejectedNow = rejected + sum((segment) => segment.rejected);
    return {
      answered: nextSeq,
      queued: sum(({ queuedPredictions }) => queuedPredictions),
      acked: acked + sum((segment) => segment.acked),
      sampledOut,
      dropped: {
        ...(queueFull > 0 && { QUEUE_FULL: queueFull }),
        ...(diskFull > 0 && { DISK_FULL: diskFull }),
        ...(rejectedNow > 0 && { REJECTED: rejectedNow }),
      },
    };
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
      const { kept, full } = this.#makeRoom(waiting);
      const failed = this.#write(kept);
      const lost = [
        ...full.map((one) => [one, 'QUEUE_FULL'] as const),
        ...failed.map((one) => [one, 'DISK_FULL'] as const),
      ];
      const dropped = lost.filter(([{ record }]) => record.kind === 'prediction' && record.whenFull === 'DROP');
      if (dropped.length + sampled.length > 0)
        this.#count(
          sampled.length,
          dropped.map(([, why]) => why),
        );
      if (this.#options.fsyncMs === 0) {
        this.#segments.at(-1)?.syncNow();
        this.#account.syncNow();
      }
      const isLost = new Map(lost);
      for (const one of waiting) settleWaiting(one, isLost.get(one), this.#options);
      for (const { resolve } of sampled) resolve();
    } catch (error) {
      this.#options.onFault(error);
      for (const { reject } of [...waiting, ...sampled]) reject(error);
    }
  }

  /** Splits what waits into what the bounds let in and what they don't. */
  #makeRoom(waiting: readonly Waiting[]): { kept: Waiting[]; full: Waiting[] } {
    const { maxRecords, maxBytes } = this.#options;
    const sum = (of: (segment: Segment) => number): number =>
      this.#segments.reduce((total, segment) => total + of(segment), 0);
    const shadows = { records: sum((one) => one.pendingShadows), bytes: sum((one) => one.shadowBytes), share: 1 / 4 };
    const rest = { records: this.size - shadows.records, bytes: sum((one) => one.bytes) - shadows.bytes, share: 1 };
    const kept: Waiting[] = [];
    const full: Waiting[] = [];
    for (const one of waiting) {
      const { kind, json } = one.record;
      const held = kind === 'shadow' ? shadows : rest;
      const fits = held.records < maxRecords * held.share && held.bytes + json.length <= maxBytes * held.share;
      (fits ? kept : full).push(one);
      if (!fits) continue;
      held.records++;
      held.bytes += json.length;
    }
    return { kept, full };
  }

  /** Writes records in one go; gives those that the disk would not take, which is all or none. */
  #write(kept: readonly Waiting[]): readonly Waiting[] {
    if (kept.length === 0) return [];
    let { nextSeq } = this.#account.state;
    const epoch = JSON.stringify(this.epoch);
    const entries = kept.map(({ record: { kind, id, json } }, i): SegmentEntry => {
      const seq = kind === 'prediction' ? nextSeq++ : null;
      const own = seq === null ? json : `{"seq":${seq},"epoch":${epoch},${json.slice(1)}`;
      return { number: this.#nextNumber + i, kind, seq, id, json: own };
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
    const segment = Segment.create(folder, this.#nextSegment, this.#nextNumber);
    this.#nextSegment++;
    this.#segments.push(segment);
    return segment;
  }

  #count(sampled: number, dropped: readonly ('QUEUE_FULL' | 'DISK_FULL')[]): void {
    const { nextSeq, sampledOut, queueFull, diskFull } = this.#account.state;
    const full = dropped.filter((why) => why === 'QUEUE_FULL').length;
    this.#account.write({
      nextSeq: nextSeq + sampled + dropped.length,
      sampledOut: sampledOut + sampled,
      queueFull: queueFull + full,
      diskFull: diskFull + dropped.length - full,
    });
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

function settleWaiting(
  { record, resolve, reject }: Waiting,
  lost: 'QUEUE_FULL' | 'DISK_FULL' | undefined,
  { maxRecords }: FileRecordLogOptions,
): void {
  if (lost === undefined) return resolve(true);
  if (record.whenFull === 'DROP') return resolve(false);
  const why =
    lost === 'QUEUE_FULL' ? `the queue holds all that it may (${maxRecords} records)` : 'the disk took no more';
  reject(new DomainError('STORAGE_FULL', `nothing is answered without a record here, and ${why}`));
}
