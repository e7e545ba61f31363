import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../schema/event.ts';

/** The newest revision of each subject that this consumer has applied, for the subjects of some events. */
export async function appliedRevisions(
  em: EntityManager,
  consumer: string,
  events: readonly AssetEvent[],
): Promise<Map<string, number>> {
  if (events.length === 0) return new Map();
  const urns = [...new Set(events.map(({ urn }) => urn))];
  const rows = await em.execute<{ urn: string; revision: number }[]>(
    `select urn, revision from feed_revision
     where consumer = ? and urn in (select json_array_elements_text(?::json))`,
    [consumer, JSON.stringify(urns)],
  );
  return new Map(rows.map(({ urn, revision }) => [urn, revision]));
}

export async function saveRevisions(
  em: EntityManager,
  consumer: string,
  revisions: ReadonlyMap<string, number>,
): Promise<void> {
  if (revisions.size === 0) return;
  await em.execute(
    `insert into feed_revision (consumer, urn, revision) select ?, key, value::int from json_each_text(?::json)
     on conflict (consumer, urn) do update set revision = excluded.revision`,
    [consumer, JSON.stringify(Object.fromEntries(revisions))],
  );
}
