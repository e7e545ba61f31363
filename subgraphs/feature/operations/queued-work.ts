import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { isRole } from '../../shared/auth/actor.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Jobs } from '../../shared/jobs/jobs.ts';
import { MOST_ATTEMPTS, type LongWork } from '../domain/long-work.ts';
import { claimWork, hasEnded, releaseWork, LostWork, unfinishedWork, type WorkTable } from '../storage/long-work.ts';

/** Which piece of work a process does, and as whom. */
export interface OwnedPiece extends Pick<LongWork, 'project' | 'key'> {
  readonly owner: string;
}

export interface QueuedWorkDeps {
  readonly db: Database;
  readonly jobs: Jobs;
  readonly log: Logger;
}

export interface QueuedWorkKind {
  /** Of the queue. */
  readonly name: string;
  readonly table: WorkTable;
  /** So many pieces at the same time in each process. */
  readonly atOnce: number;
  /** Does a piece and writes down its end, in the transaction of its effect. */
  readonly perform: (piece: OwnedPiece) => Promise<void>;
  /** Writes down that a piece has failed. */
  readonly fail: (piece: OwnedPiece, why: string) => Promise<void>;
}

const LOOK_MS = 250;
const RESEND_SECONDS = 30;
const MOST_RESENT = 1_000;
const STOP_AFTER_MS = 5_000;

/**
 * Long work of one kind. Its pieces are rows of a table; the queue gives each to one process of all, and to another where
 * that one dies. A process that was thought dead and goes on cannot write anything about it any more.
 */
export class QueuedWork {
  readonly #deps: QueuedWorkDeps;
  readonly #kind: QueuedWorkKind;
  readonly #ends = new EventEmitter().setMaxListeners(0);
  /** What is done here, by its owners. */
  readonly #doing = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(deps: QueuedWorkDeps, kind: QueuedWorkKind) {
    this.#deps = deps;
    this.#kind = kind;
  }

  /** Takes up what is queued, and queues what nobody does: its process ended before it was queued, or too often afterwards. */
  start(): void {
    const { jobs, log } = this.#deps;
    const { name, atOnce } = this.#kind;
    jobs.handle(name, (data) => this.#do((data as { readonly key: string }).key), atOnce);
    jobs.every(`unfinished-${name}`, RESEND_SECONDS, () => this.#resend());
    this.#resend().catch((error: unknown) => log.warn({ err: error, name }, 'unfinished work is queued later'));
  }

  /** Queues a piece whose row is there, and waits for its end, but not for longer than that. Answers whether it has ended. */
  async run(key: string, waitMs: number): Promise<boolean> {
    const ended = this.#ended(key, waitMs);
    this.#send(key).catch((error: unknown) => {
      // It is in the table: what is not queued now is queued later.
      this.#deps.log.warn({ err: error, key }, 'long work was not queued yet');
    });
    return ended;
  }

  /** Waits for what runs here, but not for ever; the rest is left to the next process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const late = new AbortController();
    const timer = sleep(STOP_AFTER_MS, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#doing.values()), timer]);
    late.abort();
    const owners = [...this.#doing.keys()];
    if (owners.length > 0) await releaseWork(this.#deps.db.em(), this.#kind.table, owners);
  }

  async #ended(key: string, waitMs: number): Promise<boolean> {
    const endMs = performance.now() + waitMs;
    for (let leftMs = waitMs; leftMs > 0; leftMs = endMs - performance.now()) {
      // Another process may be doing it, so the table is looked at as well.
      const signal = AbortSignal.timeout(Math.ceil(Math.min(leftMs, LOOK_MS)));
      await once(this.#ends, key, { signal }).catch(() => undefined);
      if (await hasEnded(this.#deps.db.em(), this.#kind.table, key)) return true;
    }
    return false;
  }

  async #do(key: string): Promise<void> {
    const { db } = this.#deps;
    const owner = randomUUID();
    const claimed = this.#stopping ? null : await claimWork(db.em(), this.#kind.table, key, owner);
    if (!claimed) return;
    const doing = this.#attempt({ project: claimed.project, key, owner }, claimed.attempts).finally(() => {
      this.#doing.delete(owner);
      this.#ends.emit(key);
    });
    this.#doing.set(owner, doing);
    await doing;
  }

  async #attempt(piece: OwnedPiece, attempts: number): Promise<void> {
    const { log } = this.#deps;
    const { name, perform, fail } = this.#kind;
    if (attempts > MOST_ATTEMPTS) {
      const why = `the server ended ${MOST_ATTEMPTS} times while it did this: it may take more memory than there is`;
      return fail(piece, why);
    }
    if (attempts > 1) log.info({ key: piece.key, name, attempts }, 'long work is taken up again');
    try {
      await perform(piece);
    } catch (error) {
      // The next process does it.
      if (this.#stopping) throw error;
      if (error instanceof LostWork) return log.warn({ key: piece.key, name }, error.message);
      log.error({ err: error, key: piece.key, name }, 'long work failed');
      const why = error instanceof DomainError ? error.message : 'an internal error; the log of the server says more';
      await fail(piece, why);
    }
  }

  async #resend(): Promise<void> {
    for (const key of await unfinishedWork(this.#deps.db.em(), this.#kind.table, MOST_RESENT)) await this.#send(key);
  }

  #send(key: string): Promise<void> {
    return this.#deps.jobs.send(this.#kind.name, { key }, key);
  }
}

/** Who asked for it, as then. */
export const contextOf = ({ actor, requestId }: Pick<LongWork, 'actor' | 'requestId'>): RequestContext => ({
  actor: { ...actor, roles: actor.roles.filter(isRole) },
  requestId,
});
