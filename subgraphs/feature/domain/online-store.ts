import type { OnlineAddress } from '../../../core/codec/address.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import type { NetworkCounts } from '../../../core/windows/network.ts';
import type { WindowPlan } from '../../../core/windows/plan.ts';
import type { LogSide } from '../../../core/windows/state.ts';
import type { WindowEvent } from '../../../core/windows/window.ts';

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

/** A row of the log as the windows of its entity hear of it. */
export interface WindowEntry extends OnlineAddress {
  /** That of the view version. */
  readonly plan: WindowPlan;
  readonly event: WindowEvent;
  /** Pushed rows of an entity come in the order of the log, and so do loaded ones. */
  readonly side: LogSide;
}

/** A question for the windows, or the networks, of one entity at one moment. */
export interface WindowQuestion extends OnlineAddress {
  readonly plan: WindowPlan;
  readonly atMs: number;
}

/** What of the log a store holds for certain; what follows is written to it again after a start. */
export interface FoldedLog {
  /** Pushed rows up to this place in the log. */
  readonly pushedSeq: number;
  /** Loaded segments, by their places. */
  readonly segments: readonly number[];
  /** View versions whose windows may hold a load that never came to its end: they are to be folded again. */
  readonly unsettled: readonly string[];
}

/** A part of the log all of whose entries have been written, or a view whose windows have begun or ended to take a load. */
export type FoldedPart =
  | { readonly pushedSeq: number }
  | { readonly segment: number }
  | { readonly unsettled: string }
  | { readonly settled: string };

/**
 * Keeps, for each (view version, entity), the newest row: by event time, then created time, then place in the log. Writes
 * may come in any order and more than once; what is read afterwards is the same.
 */
export interface OnlineStore {
  /**
   * Whether it lies outside the process: others write to it as well, and it can be away or emptied while the process runs.
   * Its methods then throw UNAVAILABLE, or STORAGE_FULL where it takes no more.
   */
  readonly shared: boolean;
  /** Writes each entry unless something newer is there already. Answers how many were written. */
  write(entries: readonly OnlineEntry[]): Promise<number>;
  /** The block of each address, in order; null where nothing is stored or it has been evicted. */
  read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]>;
  /**
   * Folds events into the windows of their entities. What a window has heard of up to a place in the log goes by when it
   * comes again, so that an event is never counted twice. Answers how many went in.
   */
  applyWindows(entries: readonly WindowEntry[]): Promise<number>;
  /**
   * The values of each question's windows, in order: those of nothing for an entity without events. Null where the moment
   * lies before what the store still knows.
   */
  readWindows(questions: readonly WindowQuestion[]): Promise<readonly (readonly FeatureValue[] | null)[]>;
  /**
   * The counts of each question's networks, in order. Null where the moment lies before the newest event of the entity, or
   * before what the store still knows of others.
   */
  readNetworks(questions: readonly WindowQuestion[]): Promise<readonly (readonly NetworkCounts[] | null)[]>;
  /** Forgets all windows of a view version, which are then folded from the log again. */
  dropWindows(view: string): Promise<void>;
  /** Removes what is past its time. Answers how many went. */
  evict(): Promise<number>;
  /** How many blocks and windows of entities are stored. */
  size(): Promise<number>;
  folded(): Promise<FoldedLog>;
  /** Writes are for the store as it is now: one that is emptied later refuses them, until this is called again. */
  renew(): Promise<void>;
  /** The place of the last pushed row that it holds; null where it was emptied since `renew`. */
  foldedPushes(): Promise<number | null>;
  noteFolded(part: FoldedPart): Promise<void>;
  /** Keeps what has to outlive the process. */
  close(): Promise<void>;
}
