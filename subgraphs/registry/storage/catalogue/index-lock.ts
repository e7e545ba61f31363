import type { EntityManager } from '@mikro-orm/postgresql';

/** Our own number among advisory locks. */
const INDEX_LOCK = 741_302_115;

/**
 * One transaction at a time changes the index. The number of a change then says which one was committed later, and feeds
 * whose assets name each other's cannot wait for each other in a circle.
 */
export async function lockIndex(em: EntityManager): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?)', [INDEX_LOCK]);
}
