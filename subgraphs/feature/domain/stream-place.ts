/** How far one partition of a topic has been read. */
export interface StreamPlace {
  readonly partition: number;
  /** The next message that is to be read: all before it are in the log, or in quarantine. */
  readonly nextOffset: number;
  /** Behind the newest message, as the broker said last. */
  readonly endOffset: number;
  /** Messages that the topic had let go of before they were read. */
  readonly lost: number;
  readonly accepted: number;
  readonly quarantined: number;
}

/** Why a stream does not read just now. */
export interface StreamProblem {
  readonly problem: string;
  readonly since: Date;
  readonly nextTryAt: Date;
}
