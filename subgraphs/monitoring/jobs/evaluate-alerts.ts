import type { Logger } from 'pino';
import type { Database } from '../../shared/database/database.ts';
import type { Alerting } from '../alerting.ts';

/** Any number that no other user of the database's advisory locks takes. */
const LOCK = 7_461_666_971;

export interface AlertLoop {
  stop(): Promise<void>;
}

export interface AlertLoopOptions {
  readonly db: Database;
  readonly alerting: Alerting;
  readonly now: () => Date;
  readonly tickMs: number;
  readonly log: Logger;
}

/** Evaluates the AUTOMATIC rules that are due, tick after tick. Of several replicas one evaluates at a time. */
export function startAlertLoop({ db, alerting, now, tickMs, log }: AlertLoopOptions): AlertLoop {
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  const schedule = (): void => {
    if (!stopping) timer = setTimeout(tick, tickMs);
  };
  const tick = (): void => {
    running = asOnlyEvaluator(db, async () => {
      await alerting.evaluateDue(now());
    })
      .catch((error: unknown) => log.error({ err: error }, 'the alert rules could not be evaluated'))
      .finally(schedule);
  };
  schedule();
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Runs the work unless another process is at it. The lock lives with its connection, so that a dead holder frees it. */
async function asOnlyEvaluator(db: Database, work: () => Promise<void>): Promise<void> {
  const client = await db.pool.connect();
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK]);
    if (rows[0]?.got !== true) return;
    try {
      await work();
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOCK]);
    }
  } finally {
    client.release();
  }
}
