import { DomainError } from '../../../core/errors.ts';

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

/**
 * Throws FAILED_PRECONDITION where a partition ends before what has been read of it: its topic was made anew, and what it holds
 * now would go by unread. `places` were looked up before the ends.
 */
export function checkSameTopic(
  topic: string,
  places: readonly StreamPlace[],
  ends: readonly { readonly partition: number; readonly end: number }[],
): void {
  for (const { partition, nextOffset } of places) {
    const end = ends.find((one) => one.partition === partition)?.end ?? 0;
    if (end >= nextOffset) continue;
    const message = `topic: partition ${partition} of ${topic} ends at ${end}, but was read up to ${nextOffset}: the topic was made anew; define another stream for it`;
    throw new DomainError('FAILED_PRECONDITION', message, { field: 'topic' });
  }
}
