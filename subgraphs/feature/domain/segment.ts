import type { SegmentKind } from './point-in-time.ts';

/** An immutable Parquet file of a view version's log, named by its SHA-256. */
export interface Segment {
  readonly seq: number;
  readonly project: string;
  readonly view: string;
  readonly version: number;
  readonly kind: SegmentKind;
  readonly sha256: string;
  readonly rows: number;
  readonly minEventMs: number;
  readonly maxEventMs: number;
  readonly materialization: string | null;
  /** When the online store held all of it; null until then, and training sets do not look at it. */
  readonly availableAt: Date | null;
  /** The online store takes what was known at this instant; null: everything. */
  readonly onlineAt: Date | null;
}
