import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../schema/event.ts';
import { ownerOf, type Source } from '../domain/asset-owner.ts';

/**
 * Takes one event of a subgraph's feed into the index. An older revision than the one that is held is dropped, and so
 * is an event about what another subgraph owns. Edges that the snapshot no longer names are closed at its time.
 */
export async function applyEvent(em: EntityManager, source: Source, event: AssetEvent): Promise<void> {
  if (ownerOf(event.kind) !== source) return;
  const { urn, project, kind, revision, at, deleted, asset, data } = event;
  const taken = await em.execute<{ urn: string }[]>(
    `insert into asset (urn, project, kind, name, description, owner, tags, data, source, revision, deleted, at)
     values (?, ?, ?, ?, ?, ?, array(select jsonb_array_elements_text(?::jsonb)), ?::jsonb, ?, ?, ?, ?)
     on conflict (urn) do update set
       name = excluded.name, description = excluded.description, owner = excluded.owner, tags = excluded.tags,
       data = excluded.data, revision = excluded.revision, deleted = excluded.deleted, at = excluded.at
     where asset.revision < excluded.revision
     returning urn`,
    [
      urn,
      project,
      kind,
      asset.name,
      asset.description,
      asset.owner,
      JSON.stringify(asset.tags),
      JSON.stringify(data),
      source,
      revision,
      deleted,
      at,
    ],
  );
  if (taken.length === 0) return;
  const upstream = JSON.stringify(deleted ? [] : asset.upstream);
  await em.execute(
    `update asset_edge set valid_to = greatest(?::timestamptz, valid_from)
     where downstream = ? and valid_to is null and not exists (
       select from jsonb_to_recordset(?::jsonb) as named (urn text, relation text)
       where named.urn = asset_edge.upstream and named.relation = asset_edge.relation)`,
    [at, urn, upstream],
  );
  await em.execute(
    `insert into asset_edge (project, upstream, downstream, relation, valid_from)
     select distinct ?::text, named.urn, ?::text, named.relation, ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as named (urn text, relation text)
     where not exists (
       select from asset_edge
       where downstream = ? and valid_to is null and upstream = named.urn and relation = named.relation)`,
    [project, urn, at, upstream, urn],
  );
}
