import { DomainError } from '../../core/errors.ts';
import type { Account, DropReason, NewRecord, QueuedRecord } from './record-log.ts';

/** The numbers of a record log that its records do not tell. */
export interface Tally {
  /** The seq that the next answered prediction gets. */
  readonly nextSeq: number;
  readonly sampledOut: number;
  readonly queueFull: number;
  readonly diskFull: number;
  /** Of predictions whose records are gone. */
  readonly acked: number;
  readonly rejected: number;
}

export const NO_TALLY: Tally = { nextSeq: 0, sampledOut: 0, queueFull: 0, diskFull: 0, acked: 0, rejected: 0 };

/** What records that still lie in the log say of predictions. */
export interface Lying {
  readonly queued: number;
  readonly acked: number;
  readonly rejected: number;
}

export function accountOf(tally: Tally, lying: Lying): Account {
  const { nextSeq, sampledOut, queueFull, diskFull } = tally;
  const rejected = tally.rejected + lying.rejected;
  return {
    answered: nextSeq,
    queued: lying.queued,
    acked: tally.acked + lying.acked,
    sampledOut,
    dropped: {
      ...(queueFull > 0 && { QUEUE_FULL: queueFull }),
      ...(diskFull > 0 && { DISK_FULL: diskFull }),
      ...(rejected > 0 && { REJECTED: rejected }),
    },
  };
}

/** Why a record was not kept. */
export type Loss = Exclude<DropReason, 'REJECTED'>;

/** A record that asks to be kept, and what became of it. */
export interface Asking {
  readonly record: NewRecord;
}

/**
 * Counts the answers of one write that have no record. Records have got the lowest seqs of the write before, and these get
 * the next ones, so that a write cut short leaves no gap: the seq after the last record is free.
 */
export function tallied(tally: Tally, sampledOut: number, lost: readonly (readonly [Asking, Loss])[]): Tally {
  const dropped = lost.filter(([{ record }]) => record.kind === 'prediction' && record.whenFull === 'DROP');
  const full = dropped.filter(([, why]) => why === 'QUEUE_FULL').length;
  return {
    ...tally,
    nextSeq: tally.nextSeq + sampledOut + dropped.length,
    sampledOut: tally.sampledOut + sampledOut,
    queueFull: tally.queueFull + full,
    diskFull: tally.diskFull + dropped.length - full,
  };
}

/** How much may wait. Shadows have a quarter of as much for themselves, and take nothing from the others. */
export interface Bounds {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

const SHADOW_SHARE = 1 / 4;

/** What waits already. */
export interface Held {
  records: number;
  bytes: number;
}

/** Splits what asks to be kept into what the bounds let in and what they don't. */
export function withinBounds<T extends Asking>(
  asking: readonly T[],
  { shadows, rest }: { readonly shadows: Readonly<Held>; readonly rest: Readonly<Held> },
  { maxRecords, maxBytes }: Bounds,
): { readonly kept: readonly T[]; readonly full: readonly T[] } {
  const held = {
    shadow: { ...shadows, share: SHADOW_SHARE },
    rest: { ...rest, share: 1 },
  };
  const kept: T[] = [];
  const full: T[] = [];
  for (const one of asking) {
    const { kind, json } = one.record;
    const own = kind === 'shadow' ? held.shadow : held.rest;
    const fits = own.records < maxRecords * own.share && own.bytes + json.length <= maxBytes * own.share;
    (fits ? kept : full).push(one);
    if (!fits) continue;
    own.records++;
    own.bytes += json.length;
  }
  return { kept, full };
}

/** A record with its place in the log; a prediction has a seq. */
export interface LogEntry extends QueuedRecord {
  readonly seq: number | null;
}

/** Gives records their numbers, and predictions their seq and epoch. */
export function entriesOf(
  kept: readonly Asking[],
  { epoch, nextSeq, nextNumber }: { readonly epoch: string; readonly nextSeq: number; readonly nextNumber: number },
): { readonly entries: readonly LogEntry[]; readonly nextSeq: number } {
  let next = nextSeq;
  const written = JSON.stringify(epoch);
  const entries = kept.map(({ record: { kind, id, json } }, i): LogEntry => {
    const seq = kind === 'prediction' ? next++ : null;
    const own = seq === null ? json : `{"seq":${seq},"epoch":${written},${json.slice(1)}`;
    return { number: nextNumber + i, kind, seq, id, json: own };
  });
  return { entries, nextSeq: next };
}

/**
 * What the caller of `append` hears: whether the record is kept. Throws STORAGE_FULL where it is not and nothing may be
 * answered without it.
 */
export function heard({ record }: Asking, loss: Loss | undefined, { maxRecords }: Bounds): boolean {
  if (loss === undefined) return true;
  if (record.whenFull === 'DROP') return false;
  const why =
    loss === 'QUEUE_FULL' ? `the queue holds all that it may (${maxRecords} records)` : 'the disk took no more';
  throw new DomainError('STORAGE_FULL', `nothing is answered without a record here, and ${why}`);
}

/** A record whose caller waits to hear of it. */
export interface WaitingRecord extends Asking {
  readonly resolve: (kept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Lets the caller of `append` hear what became of its record. */
export function answerWaiting(waiting: WaitingRecord, loss: Loss | undefined, bounds: Bounds): void {
  try {
    waiting.resolve(heard(waiting, loss, bounds));
  } catch (error) {
    waiting.reject(error);
  }
}
