import { DomainError } from '../../core/errors.ts';

/** Why the newest entry of a deployment is not honoured, and when it is worth another try. */
export interface RefusedEntry {
  readonly reason: string;
  readonly cause: 'NOT_DELIVERED' | null;
  /** Epoch milliseconds; null: only another entry can help. */
  readonly retryAtMs: number | null;
  readonly attempts: number;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** A part that is away, or a blob that arrived broken, may be well the next time; a release that is wrong stays wrong. */
const PASSING = ['UNAVAILABLE', 'TIMEOUT', 'DIGEST_MISMATCH', 'TOO_LARGE', 'STORAGE_FULL'];

export function refusedBecause(error: unknown, before: RefusedEntry | undefined, nowMs: number): RefusedEntry {
  const attempts = (before?.attempts ?? 0) + 1;
  const reason = error instanceof Error ? error.message : 'it cannot be made ready';
  const passes = !(error instanceof DomainError) || PASSING.includes(error.code);
  const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
  const cause = error instanceof DomainError && error.details['cause'] === 'NOT_DELIVERED' ? 'NOT_DELIVERED' : null;
  return { reason, cause, retryAtMs: passes ? nowMs + waitMs : null, attempts };
}
