import type { Pool, PoolClient } from 'pg';

/**
 * Gives a connection that ends while somebody holds it back to the pool, at once and for good. Otherwise a transaction
 * whose connection dies keeps its place for ever, since the ORM gives it back only after a rollback that can't succeed:
 * a few outages would leave no place to anybody, and closing the pool would never end.
 */
export function releaseDeadClients(pool: Pool): void {
  const held = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_error, client) => held.delete(client));
  pool.on('connect', (client) => {
    // The pool hears the errors of idle connections only; one that the server ends while somebody holds it, and asks
    // nothing just then, would end the process. Its holder learns of it from the next query.
    client.on('error', () => undefined);
    client.on('end', () => {
      if (!held.has(client)) return;
      client.release(true);
      // Its holder may give it back as well, later: nothing is left to do then.
      client.release = (): void => undefined;
    });
  });
}
