import type { Database } from '../../../shared/database/database.ts';

/** Among the advisory locks of the database: whoever writes pushed rows, and hands them to a store that others share. */
const LOG_LOCK = 7_301_118;

/** Runs the work while no other process that does so runs its own. No transaction is open meanwhile. */
export async function inTurnOfAll<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  let held = true;
  try {
    await client.query('select pg_advisory_lock($1)', [LOG_LOCK]);
    try {
      return await work();
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOG_LOCK]);
      held = false;
    }
  } finally {
    // A connection that may still hold the lock is given up, and the lock with it.
    client.release(held);
  }
}
