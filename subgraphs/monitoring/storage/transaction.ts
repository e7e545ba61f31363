import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../../shared/database/in-transaction.ts';

/**
 * Reads that join large parts of two tables. Days that were just written have no statistics yet: the planner takes ten
 * thousand rows for one, and compares each with each. Here it hashes them, which is right whatever it believes.
 */
export function inHashingTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (client) => {
    await client.query('set local enable_nestloop = off');
    return work(client);
  });
}
