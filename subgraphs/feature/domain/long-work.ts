import type { JobState } from '../../../core/job-state.ts';
import type { Scope } from '../../../core/scopes.ts';

/** Who asked for long work, as then. */
export interface WorkActor {
  readonly subject: string;
  readonly kind: 'user' | 'machine' | 'service';
  readonly roles: readonly string[];
  readonly scopes: readonly Scope[];
  readonly project: string;
  readonly onBehalfOf?: string;
}

/** What loads and builds of training sets have in common: who asked, who does it, how it ended. */
export interface LongWork {
  readonly project: string;
  readonly key: string;
  readonly actor: WorkActor;
  readonly requestId: string;
  /** Drawn anew by each process that begins it: what another one writes about it is refused. Null: nobody has begun. */
  readonly owner: string | null;
  /** How often a process has begun it: one that ends in the middle is followed by another. */
  readonly attempts: number;
  readonly state: JobState;
  readonly error: string | null;
  /** Of the event that tells of its end. */
  readonly eventCursor: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Work that ends its process each time would otherwise do so for ever. */
export const MOST_ATTEMPTS = 3;

/** Work that begins, as somebody asked for it. */
export const beginWork = (
  { actor, requestId }: Pick<LongWork, 'actor' | 'requestId'>,
  key: string,
  now: Date,
): LongWork => ({
  project: actor.project,
  key,
  actor,
  requestId,
  owner: null,
  attempts: 0,
  state: 'RUNNING',
  error: null,
  eventCursor: null,
  startedAt: now,
  finishedAt: null,
});
