import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { LogEntry } from '../../telemetry/account.ts';
import { RECORD_KINDS, type QueuedRecord, type RecordKind, type Settlement } from '../../telemetry/record-log.ts';

const LETTER: Readonly<Record<RecordKind, string>> = {
  prediction: 'p',
  exposure: 'e',
  outcome: 'o',
  shadow: 's',
  profile: 'f',
};
const KIND = new Map<string, RecordKind>(RECORD_KINDS.map((kind) => [LETTER[kind], kind]));

/** One line of a segment: number, letter of the kind, seq of a prediction, id, JSON. */
export const lineOf = ({ number, kind, seq, id, json }: LogEntry): string =>
  `${number}\t${LETTER[kind]}\t${seq ?? ''}\t${id}\t${json}\n`;

function entryOf(line: string): LogEntry | null {
  const [number, letter, seq, id, json] = line.split('\t');
  const kind = KIND.get(letter ?? '');
  if (!kind || id === undefined || json === undefined || !/^\d+$/.test(number ?? '')) return null;
  return { number: Number(number), kind, seq: seq ? Number(seq) : null, id, json };
}

/**
 * A file of records and, beside it, a file of those that are settled. Whatever a killed process left unfinished at
 * the end of either is ignored: what stood there was never answered.
 */
export class Segment {
  readonly number: number;
  /** Number of its first record. */
  readonly first: number;
  readonly #path: string;
  readonly #settledPath: string;
  readonly #settled = new Set<number>();
  #fd: number | null = null;
  /** What is in it, so that shipping need not read it back; null: too much waits for all of it to stay in memory. */
  #inMemory: LogEntry[] | null = null;
  /** Settled, but not yet written down: the disk was full. */
  #owed = '';
  bytes = 0;
  entries = 0;
  shadowBytes = 0;
  acked = 0;
  rejected = 0;
  /** How many are not settled. */
  readonly #waiting: Record<RecordKind, number> = { prediction: 0, exposure: 0, outcome: 0, shadow: 0, profile: 0 };

  private constructor(folder: string, number: number, first: number) {
    [this.#path, this.#settledPath] = pathsOf(folder, number);
    this.number = number;
    this.first = first;
  }

  /** A new one, for writing. */
  static create(folder: string, number: number, first: number): Segment {
    const segment = new Segment(folder, number, first);
    segment.#fd = openSync(segment.#path, 'ax', 0o600);
    segment.#inMemory = [];
    return segment;
  }

  /** One of an earlier run, for reading; gives the highest number and seq in it. */
  static recover(folder: string, number: number): { segment: Segment; lastNumber: number; lastSeq: number } {
    const entries = entriesOf(pathsOf(folder, number)[0]);
    const segment = new Segment(folder, number, entries[0]?.number ?? Infinity);
    const kinds = new Map(entries.map((entry) => [entry.number, entry.kind]));
    segment.bytes = entries.reduce((sum, entry) => sum + entry.json.length, 0);
    segment.entries = entries.length;
    segment.#countKinds(entries);
    const done = existsSync(segment.#settledPath) ? wholeLines(segment.#settledPath) : [];
    for (const line of done) {
      const settled = Number.parseInt(line, 10);
      const kind = kinds.get(settled);
      if (kind) segment.#count(settled, kind, line.endsWith('r'));
    }
    let lastNumber = 0;
    let lastSeq = -1;
    for (const entry of entries) {
      lastNumber = Math.max(lastNumber, entry.number);
      lastSeq = Math.max(lastSeq, entry.seq ?? -1);
    }
    return { segment, lastNumber, lastSeq };
  }

  /** Removes what an earlier run was done with. */
  static discard(folder: string, number: number): void {
    for (const path of pathsOf(folder, number)) rmSync(path, { force: true });
  }

  get isOpen(): boolean {
    return this.#fd !== null;
  }

  /** Appends all or nothing; throws what the disk says. */
  append(entries: readonly LogEntry[], text: string): void {
    if (this.#fd === null) throw new Error('the segment is closed');
    const buffer = Buffer.from(text);
    let written = 0;
    try {
      while (written < buffer.length) written += writeSync(this.#fd, buffer, written);
    } catch (error) {
      this.#takeBack();
      throw error;
    }
    this.bytes += buffer.length;
    this.entries += entries.length;
    this.#inMemory?.push(...entries);
    this.#countKinds(entries);
  }

  /** What is not settled, oldest first. */
  pending(most: number, kinds: readonly RecordKind[]): QueuedRecord[] {
    if (kinds.every((kind) => this.#waiting[kind] === 0)) return [];
    const left: QueuedRecord[] = [];
    this.#inMemory ??= entriesOf(this.#path);
    for (const entry of this.#inMemory) {
      if (left.length >= most) break;
      if (kinds.includes(entry.kind) && !this.#settled.has(entry.number)) left.push(entry);
    }
    return left;
  }

  get pendingCount(): number {
    return this.entries - this.#settled.size;
  }

  get pendingShadows(): number {
    return this.#waiting.shadow;
  }

  get queuedPredictions(): number {
    return this.#waiting.prediction;
  }

  settle(settlements: readonly Settlement[]): void {
    for (const { number, kind, rejected } of settlements) {
      if (this.#settled.has(number)) continue;
      this.#count(number, kind, rejected !== null);
      this.#owed += rejected ? `${number}r\n` : `${number}\n`;
    }
    try {
      appendFileSync(this.#settledPath, this.#owed, { mode: 0o600 });
      this.#owed = '';
    } catch {
      // Kept in memory and written with the next ones; after a crash they are sent, and known, once more.
    }
  }

  /** Forces what was written to the disk, in the background. */
  sync(onFault: (error: unknown) => void): void {
    // The number may be closed, or mean another file, by the time the disk is asked: closing forces as well.
    if (this.#fd !== null) fdatasync(this.#fd, (error) => error && error.code !== 'EBADF' && onFault(error));
  }

  syncNow(): void {
    if (this.#fd !== null) fdatasyncSync(this.#fd);
  }

  /** No more is written to it. */
  finish(): void {
    if (this.#fd === null) return;
    const fd = this.#fd;
    this.#fd = null;
    fdatasync(fd, () => closeSync(fd));
  }

  get isInMemory(): boolean {
    return this.#inMemory !== null;
  }

  /** Lets go of what is in it: it is read again where it is asked for. */
  forget(): void {
    this.#inMemory = null;
  }

  remove(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
    rmSync(this.#path, { force: true });
    rmSync(this.#settledPath, { force: true });
  }

  /** A part of a write must not stay: what follows it would be unreadable. No more goes to this file. */
  #takeBack(): void {
    try {
      if (this.#fd !== null) ftruncateSync(this.#fd, this.bytes);
    } finally {
      this.finish();
    }
  }

  #countKinds(entries: readonly LogEntry[]): void {
    for (const { kind, json } of entries) {
      this.#waiting[kind]++;
      if (kind === 'shadow') this.shadowBytes += json.length;
    }
  }

  #count(number: number, kind: RecordKind, rejected: boolean): void {
    this.#settled.add(number);
    this.#waiting[kind]--;
    if (kind !== 'prediction') return;
    if (rejected) this.rejected++;
    else this.acked++;
  }
}

function pathsOf(folder: string, number: number): [log: string, settled: string] {
  const name = `${folder}/${String(number).padStart(10, '0')}`;
  return [`${name}.log`, `${name}.done`];
}

const entriesOf = (path: string): LogEntry[] => wholeLines(path).flatMap((line) => entryOf(line) ?? []);

function wholeLines(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}
