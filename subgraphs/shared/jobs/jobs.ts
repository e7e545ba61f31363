import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { jobSchemaOf, type SchemaName } from '../database/schema-definition.ts';

/** Work that a subgraph does by itself, queued in Postgres: one replica at a time does a job, a crash repeats it. */
export interface Jobs {
  /** Does `work` every so many seconds, on one replica of all; the first time at once. */
  every(name: string, seconds: number, work: () => Promise<void>): Promise<void>;
  /** Handles what `send` queues; a throw is tried again up to three times, waiting longer each time. */
  handle(name: string, work: (data: unknown, signal: AbortSignal) => Promise<void>): Promise<void>;
  send(name: string, data: object): Promise<void>;
  stop(): Promise<void>;
}

/** A job whose process died is given to another once its heartbeats stay away this long; work itself may take hours. */
const ALIVE = { heartbeatSeconds: 10, expireInSeconds: 12 * 60 * 60 };
const LOOK_SECONDS = 5;
/** For ever: a periodic job only fails when its process dies. */
const RETRIES = 1_000_000;

export interface JobsOptions {
  readonly url: string;
  readonly schema: SchemaName;
  readonly log: Logger;
}

export async function startJobs({ url, schema, log }: JobsOptions): Promise<Jobs> {
  const boss = new PgBoss({
    connectionString: url,
    schema: jobSchemaOf(schema),
    createSchema: false,
    max: 3,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue reports an error'));
  await boss.start();
  const polling = { pollingIntervalSeconds: 0.5 };
  return {
    every: async (name, seconds, work) => {
      await boss.createQueue(name, { policy: 'stately', retryLimit: RETRIES, ...ALIVE });
      await boss.work(name, polling, async () => {
        try {
          await work();
        } catch (error) {
          log.error({ err: error, job: name }, 'a job failed and is done again at its next turn');
        } finally {
          await boss.send(name, null, { startAfter: seconds });
        }
      });
      await boss.send(name, null);
    },
    handle: async (name, work) => {
      await boss.createQueue(name, { retryLimit: 3, retryBackoff: true, ...ALIVE });
      await boss.work(name, polling, async ([job]) => {
        if (job) await work(job.data, job.signal);
      });
    },
    send: async (name, data) => {
      await boss.send(name, data);
    },
    stop: () => boss.stop({ graceful: true, timeout: 5_000, close: true }),
  };
}
