import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Definitions of one project take turns until the transaction ends: a view cannot be defined on an entity or a source
 * that changes at the same time.
 */
export async function lockDefinitions(em: EntityManager, project: string): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended('feature-definitions:' || ?, 0))", [project]);
}
