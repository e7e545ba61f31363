import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { jobSchemaOf, type SchemaName } from '../database/schema-definition.ts';

/** Work that a subgraph does by itself, queued in Postgres: one replica at a time does a job, a crash repeats it. */
export interface Jobs {
  /**
   * Does `work` every so many seconds, on one replica of all; the first time at once, unless it has been done so lately
   * that its next turn is set.
   */
  every(name: string, seconds: number, work: () => Promise<void>): void;
  /**
   * Handles what `send` queues, at most `atOnce` of it at the same time on each replica; a throw is tried again up to
   * three times, waiting longer each time.
   */
  handle(name: string, work: (data: unknown, signal: AbortSignal) => Promise<void>, atOnce?: number): void;
  /** Queues work. Of one `key` there is at most one piece that waits or is being done: another one is left out. */
  send(name: string, data: object, key: string): Promise<void>;
  stop(): Promise<void>;
}

/** A job whose process died is given to another once its heartbeats stay away this long; work itself may take hours. */
const ALIVE = { heartbeatSeconds: 10, expireInSeconds: 12 * 60 * 60 };
const LOOK_SECONDS = 5;
/** For ever: a periodic job only fails when its process dies. */
const RETRIES = 1_000_000;
const SHORTEST_POLL_SECONDS = 0.5;
/** How long work that another replica sent may lie while this one has nothing to do. */
const POLL_SECONDS = 2;
const LONGEST_POLL_SECONDS = 15;
const START_AGAIN_MS = 1_000;

export interface JobsOptions {
  readonly url: string;
  readonly schema: SchemaName;
  readonly log: Logger;
  /**
   * No other process works on these queues: what is in those of `handle` when this one starts was left by one that ended.
   * It is thrown away at once, for whoever queues it again from what it is about; else it is given up after 10 s.
   */
  readonly alone?: boolean;
}

/** Opens the queue in the background, for as long as it takes: a subgraph that serves requests does not wait for it. */
export function startJobs({ url, schema, log, alone = false }: JobsOptions): Jobs {
  const boss = new PgBoss({
    connectionString: url,
    schema: jobSchemaOf(schema),
    createSchema: false,
    max: 3,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue reports an error'));
  const stopping = new AbortController();

  /** Until it succeeds or this process stops. */
  const insist = async (what: string, attempt: () => Promise<unknown>): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await attempt();
        return;
      } catch (error) {
        log.warn({ err: error, what }, 'the job queue cannot be used and is tried again');
        await sleep(START_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  /** By queue: this replica's workers. */
  const workers = new Map<string, readonly string[]>();
  const started = insist('start', () => boss.start());
  const setUp: Promise<void>[] = [];
  const whenStarted = (what: string, work: () => Promise<unknown>): void => {
    setUp.push(started.then(() => insist(what, work)));
  };

  return {
    every: (name, seconds, work) => {
      const pollingIntervalSeconds = Math.min(LONGEST_POLL_SECONDS, Math.max(SHORTEST_POLL_SECONDS, seconds / 10));
      whenStarted(name, async () => {
        await boss.createQueue(name, { policy: 'stately', retryLimit: RETRIES, ...ALIVE });
        await boss.send(name, null);
        await boss.work(name, { pollingIntervalSeconds }, async () => {
          try {
            await work();
          } catch (error) {
            log.error({ err: error, job: name }, 'a job failed and is done again at its next turn');
          } finally {
            await boss.send(name, null, { startAfter: seconds });
          }
        });
      });
    },
    handle: (name, work, atOnce = 1) =>
      whenStarted(name, async () => {
        await boss.createQueue(name, { policy: 'exclusive', retryLimit: 3, retryBackoff: true, ...ALIVE });
        if (alone) await boss.deleteAllJobs(name);
        const ids = Array.from({ length: atOnce }, () => '');
        workers.set(name, ids);
        for (const i of ids.keys()) {
          ids[i] = await boss.work(name, { pollingIntervalSeconds: POLL_SECONDS }, async ([job]) => {
            try {
              if (job) await work(job.data, job.signal);
            } finally {
              // There may be more.
              boss.notifyWorker(ids[i] ?? '');
            }
          });
        }
      }),
    send: async (name, data, key) => {
      await Promise.all(setUp);
      await boss.send(name, data, { singletonKey: key });
      // What is sent here is done here at once, if there is room for it.
      for (const id of workers.get(name) ?? []) boss.notifyWorker(id);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(setUp);
      await boss.stop({ graceful: true, timeout: 5_000, close: true });
    },
  };
}
