import type { OnlineAddress } from '../../../core/codec/address.ts';

/** Where a row stands in the log. Between rows of one event and one created time, the last ingested wins. */
export interface LogPosition {
  /** One number for each push and each loaded segment, in the order of the log. */
  readonly seq: number;
  /** The row's place in its segment; 0 for a pushed row. */
  readonly ordinal: number;
}

export interface OnlineEntry extends LogPosition, OnlineAddress {
  /** What `encodeBlock` made: its first 16 bytes order it in time. */
  readonly block: Uint8Array;
  /**
   * Event time + 2 × TTL, when nobody needs to be told any more that the value is too old; null: never. Held against the
   * time of the view, which is its newest event, never later than now: so days of long ago can be replayed.
   */
  readonly evictAtMs: number | null;
}

/** What of the log a store holds for certain; what follows is written to it again after a start. */
export interface FoldedLog {
  /** Pushed rows up to this place in the log. */
  readonly pushedSeq: number;
  /** Loaded segments, by their places. */
  readonly segments: readonly number[];
}

/**
 * Keeps, for each (view version, entity), the newest row: by event time, then created time, then place in the log. Writes
 * may come in any order and more than once; what is read afterwards is the same.
 */
export interface OnlineStore {
  /** Writes each entry unless something newer is there already. Answers how many were written. */
  write(entries: readonly OnlineEntry[]): Promise<number>;
  /** The block of each address, in order; null where nothing is stored or it has been evicted. */
  read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]>;
  /** Removes what is past its time. Answers how many went. */
  evict(): Promise<number>;
  /** How many blocks are stored. */
  size(): Promise<number>;
  folded(): Promise<FoldedLog>;
  /** Notes a part of the log, all of whose entries have been written. */
  noteFolded(part: { readonly pushedSeq: number } | { readonly segment: number }): Promise<void>;
  /** Keeps what has to outlive the process. */
  close(): Promise<void>;
}
