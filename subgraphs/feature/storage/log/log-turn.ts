import type { Database } from '../../../shared/database/database.ts';
import { TRANSACTION_IDLE_MS } from '../../../shared/database/connection-options.ts';

/** Among the advisory locks of the database: whoever writes pushed rows, and hands them to a store that others share. */
const LOG_LOCK = 7_301_118;
const BEAT_MS = 2_000;
/** A process that says nothing for so long has lost its turn: later than what it has not committed, never before. */
const SILENT_MS = TRANSACTION_IDLE_MS + 2 * BEAT_MS;

/**
 * Runs the work while no other process that does so runs its own. No transaction is open meanwhile. The turn of a process
 * that is frozen ends by itself; what it hands over after it goes on is the same rows at the same places once more.
 */
export async function inTurnOfAll<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  const ask = (sql: string): Promise<boolean> =>
    client.query(sql).then(
      () => true,
      () => false,
    );
  let held = true;
  try {
    await client.query(`set idle_session_timeout = ${SILENT_MS}`);
    await client.query('select pg_advisory_lock($1)', [LOG_LOCK]);
    const beat = setInterval(() => void ask('select 1'), BEAT_MS);
    try {
      return await work();
    } finally {
      clearInterval(beat);
      held = !(await ask(`select pg_advisory_unlock(${LOG_LOCK}); set idle_session_timeout to default`));
    }
  } finally {
    // A connection that may still hold the lock is given up, and the lock with it.
    client.release(held);
  }
}
