import { EventEmitter, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { isRole } from '../../../shared/auth/actor.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import { versionUrn, type VersionKey } from '../../domain/ids.ts';
import { begun, failed, type Lane, type ModelJob, type ModelJobPhase } from '../../domain/version/model-job.ts';
import type { ModelRunner, Rows, RunsModels } from '../../runtime/model-runner.ts';
import type { RunAnswer } from '../../runtime/onnx-worker.ts';
import {
  findModelJob,
  insertModelJob,
  lockModelJob,
  newestModelJobs,
  saveModelJob,
  unfinishedModelJobs,
} from '../../storage/version/model-job.ts';
import { byId } from '../by-id.ts';
import type { RegistryDeps } from '../deps.ts';

export type ModelJobsDeps = Pick<RegistryDeps, 'db' | 'log' | 'now'> & {
  readonly queue: Jobs;
  readonly runner: ModelRunner;
};

/** What the work of a job has at hand. */
export interface ModelJobTools {
  /** Runs models under the limit of the job's lane. */
  readonly runner: RunsModels;
  /** Notes how far it is. */
  readonly at: (phase: ModelJobPhase) => Promise<void>;
  /** Whether this failure only means that the job is done again: in the long lane, or by another process. */
  readonly isPassing: (error: unknown) => boolean;
}

/** Does a job and ends it in the transaction of what it changes, with `succeed`. */
export type PerformModelJob = (job: ModelJob, context: RequestContext, tools: ModelJobTools) => Promise<void>;

export interface NewModelJob extends Pick<ModelJob, 'kind' | 'model' | 'number' | 'lane' | 'input'> {}

/** How much a model may compute before it goes to the lane of those that take their time. */
const QUICK_MS = 1_000;
const LOOK_MS = 250;
const MOST_RESENT = 1_000;

interface LaneSetting {
  readonly queue: string;
  /** So many models at once. */
  readonly atOnce: number;
}

const LANES: Readonly<Record<Lane, LaneSetting>> = {
  QUICK: { queue: 'model-jobs-quick', atOnce: 2 },
  // They leave half of the machine to everything else.
  LONG: { queue: 'model-jobs-long', atOnce: Math.max(1, Math.floor(availableParallelism() / 2)) },
};

/**
 * The long work on model versions. It is queued in the database, so it goes on whoever waits for it, and on another
 * process where one ends; what it changes is changed once.
 */
export class ModelJobs {
  readonly #deps: ModelJobsDeps;
  readonly #work = new Map<ModelJob['kind'], PerformModelJob>();
  readonly #ends = new EventEmitter().setMaxListeners(0);
  #stopping = false;

  constructor(deps: ModelJobsDeps) {
    this.#deps = deps;
  }

  /** Says how jobs of a kind are done. */
  perform(kind: ModelJob['kind'], work: PerformModelJob): void {
    this.#work.set(kind, work);
  }

  /** Takes up what is queued, here and by other processes. */
  start(): void {
    for (const { queue, atOnce } of Object.values(LANES)) {
      this.#deps.queue.handle(queue, (data) => this.#do((data as { readonly key: string }).key), atOnce);
    }
  }

  /** Queues again what nobody does: its process ended before it was queued, or too often afterwards. */
  async resend(): Promise<void> {
    for (const job of await unfinishedModelJobs(this.#deps.db.em(), MOST_RESENT)) await this.#send(job);
  }

  /** `alongside` writes what belongs to the job, in its transaction. */
  async begin(
    { actor, requestId }: RequestContext,
    asked: NewModelJob,
    alongside?: (em: EntityManager, job: ModelJob) => Promise<void>,
  ): Promise<ModelJob> {
    const { db, now, log } = this.#deps;
    const job: ModelJob = {
      ...asked,
      key: randomUUID(),
      project: actor.project,
      state: 'RUNNING',
      phase: 'QUEUED',
      attempts: 0,
      actor,
      requestId,
      error: null,
      gates: [],
      eventCursor: null,
      startedAt: now(),
      finishedAt: null,
    };
    await db.transaction(async (em) => {
      await insertModelJob(em, job);
      await alongside?.(em, job);
    });
    // It is in the table: what is not queued now is queued later.
    this.#send(job).catch((error: unknown) => log.warn({ err: error, job: job.key }, 'a model job was not queued yet'));
    return job;
  }

  /** The job as it stands at its end, or after so many milliseconds. */
  async end({ key }: Pick<ModelJob, 'key'>, waitMs: number): Promise<ModelJob> {
    const endMs = performance.now() + waitMs;
    for (;;) {
      const leftMs = Math.max(0, endMs - performance.now());
      const over = new AbortController();
      // Another process may be doing it, so the table is looked at as well.
      const signal = AbortSignal.any([over.signal, AbortSignal.timeout(Math.ceil(Math.min(leftMs, LOOK_MS)))]);
      // Listens before it looks: the job may end in between.
      const ended = once(this.#ends, key, { signal }).catch(() => undefined);
      try {
        const job = await this.#find(key);
        if (job.state !== 'RUNNING' || leftMs === 0) return job;
        await ended;
      } finally {
        over.abort();
      }
    }
  }

  /** A job of the caller's project; null if there is none. */
  async byId({ actor }: RequestContext, id: string): Promise<ModelJob | null> {
    const job = await findModelJob(this.#deps.db.em(), id);
    return job?.project === actor.project ? job : null;
  }

  /** Per version, its newest validation. */
  validationsOf({ actor }: RequestContext, ids: readonly string[]): Promise<(ModelJob | null | Error)[]> {
    const find = (keys: readonly VersionKey[]) => newestModelJobs(this.#deps.db.em(), 'VALIDATION', keys);
    return byId(versionUrn, actor.project, ids, find, ({ project, model, number }) => ({
      project,
      model,
      number: number ?? 0,
    }));
  }

  /** The newest job of a kind of a version. */
  async newest(kind: ModelJob['kind'], key: VersionKey): Promise<ModelJob | undefined> {
    const [job] = await newestModelJobs(this.#deps.db.em(), kind, [key]);
    return job;
  }

  /**
   * Holds a job until the transaction of its effect ends. Throws CONFLICT where it has ended already: another process took
   * it up while this one was slow.
   */
  async claim(em: EntityManager, key: string): Promise<ModelJob> {
    const job = await lockModelJob(em, key);
    if (job?.state === 'RUNNING') return job;
    throw new DomainError('CONFLICT', 'the job has ended already', { field: 'id' });
  }

  /** Ends a job in the transaction of its effect. */
  async succeed(
    em: EntityManager,
    job: ModelJob,
    effect: Partial<Pick<ModelJob, 'number' | 'gates' | 'eventCursor'>>,
  ): Promise<void> {
    const finishedAt = this.#deps.now();
    await saveModelJob(em, { ...job, ...effect, state: 'SUCCEEDED', phase: 'DONE', input: {}, finishedAt });
  }

  /** Runs rows on a model that need not be registered for it, as long as it is quick. */
  tryRows(model: Uint8Array, rows: Rows): Promise<RunAnswer> {
    return this.#deps.runner.within(QUICK_MS).run(model, rows);
  }

  /** Cuts off what runs here and leaves it to the next process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#deps.runner.stop();
  }

  async #do(key: string): Promise<void> {
    const job = await this.#change(key, (before) => begun(before, this.#deps.now()));
    const work = job && this.#work.get(job.kind);
    if (!job || !work || job.state !== 'RUNNING') return;
    const { runner, log } = this.#deps;
    const tools: ModelJobTools = {
      runner: job.lane === 'QUICK' ? runner.within(QUICK_MS) : runner,
      at: async (phase) => void (await this.#change(key, (before) => ({ ...before, phase }))),
      isPassing: (error) => this.#stopping || isTooSlowHere(error),
    };
    try {
      await work(job, contextOf(job), tools);
    } catch (error) {
      if (this.#stopping) {
        await this.#change(key, (before) => ({ ...before, phase: 'QUEUED', attempts: before.attempts - 1 }));
        throw error;
      }
      if (isTooSlowHere(error)) {
        const moved = { phase: 'QUEUED', lane: 'LONG', attempts: 0 } as const;
        const queued = await this.#change(key, (before) => ({ ...before, ...moved }));
        if (queued) await this.#send(queued);
        return;
      }
      if (!(error instanceof DomainError)) log.error({ err: error, job: key }, 'a model job failed');
      await this.#change(key, (before) => ({ ...failed(before, error, this.#deps.now()), input: {} }));
    }
    this.#ends.emit(key);
  }

  /** Changes a job that runs; undefined where it has ended. */
  #change(key: string, to: (job: ModelJob) => ModelJob): Promise<ModelJob | undefined> {
    return this.#deps.db.transaction(async (em) => {
      const before = await lockModelJob(em, key);
      if (before?.state !== 'RUNNING') return undefined;
      const after = to(before);
      await saveModelJob(em, after);
      return after;
    });
  }

  #send({ key, lane }: ModelJob): Promise<void> {
    return this.#deps.queue.send(LANES[lane].queue, { key }, key);
  }

  async #find(key: string): Promise<ModelJob> {
    const job = await findModelJob(this.#deps.db.em(), key);
    if (job) return job;
    throw new DomainError('NOT_FOUND', 'id: there is no such job', { field: 'id' });
  }
}

/** Whether a model computed for longer than a place in the quick lane lasts. */
const isTooSlowHere = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'TIMEOUT' && error.details['computeMs'] !== undefined;

/** Who asked for it, as then. */
const contextOf = ({ actor, requestId }: ModelJob): RequestContext => ({
  actor: { ...actor, roles: actor.roles.filter(isRole) },
  requestId,
});
