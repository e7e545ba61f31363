/** What is shipped to monitoring. Only predictions are in the account; the others are counted apart. */
export const RECORD_KINDS = ['prediction', 'exposure', 'outcome', 'shadow', 'profile'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Why an answered prediction has no record. */
export type DropReason = 'QUEUE_FULL' | 'DISK_FULL' | 'REJECTED';

/** The account of one (node, epoch): answered = queued + acked + sampledOut + all of dropped. */
export interface Account {
  readonly answered: number;
  readonly queued: number;
  readonly acked: number;
  readonly sampledOut: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

export interface NewRecord {
  readonly kind: RecordKind;
  readonly id: string;
  /** JSON of the record; of a prediction without `seq` and `epoch`, which the log gives. */
  readonly json: string;
  /** What to do when there is no room: answer without a record, or refuse to answer. */
  readonly whenFull: 'DROP' | 'REFUSE';
}

/** A record that waits to be shipped. */
export interface QueuedRecord {
  readonly number: number;
  readonly kind: RecordKind;
  readonly id: string;
  readonly json: string;
}

/** Why a record will never be taken, and the record itself, so that it can be kept aside. */
export interface Rejected {
  readonly code: string;
  readonly message: string;
  readonly id: string;
  readonly json: string;
}

/** What became of a record: taken, or never to be taken. */
export interface Settlement {
  readonly number: number;
  readonly kind: RecordKind;
  readonly rejected: Rejected | null;
}

/** Keeps records from before the answer until they are acknowledged, and the account of all answers. */
export interface RecordLog {
  /** Changes only with the place where records are kept; seq grows within it. */
  readonly epoch: string;
  /**
   * Resolves when the record is kept as surely as the implementation says (`false`: there was no room and it was
   * dropped, and counted). Throws STORAGE_FULL where there is no room and the record must not be dropped.
   */
  append(record: NewRecord): Promise<boolean>;
  /** Counts an answer whose record is not kept because of sampling. */
  sampledOut(): Promise<void>;
  /** The oldest records of these kinds that are not settled. */
  next(most: number, kinds?: readonly RecordKind[]): Promise<readonly QueuedRecord[]>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  account(): Account;
  /** All kinds that wait. */
  readonly size: number;
  close(): Promise<void>;
}
