import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../../schema/event.ts';
import { ownerOf, type SubgraphName } from '../../../../schema/nouns.ts';

/**
 * Takes a page of a subgraph's feed into the index. An older revision than the one that is held is dropped, and so is
 * an event about what another subgraph owns. Edges that a snapshot no longer names are closed at its time.
 */
export async function applyEvents(
  em: EntityManager,
  source: SubgraphName,
  events: readonly AssetEvent[],
): Promise<void> {
  const own = events.filter(({ kind }) => ownerOf(kind) === source);
  for (const round of roundsOf(own)) await applyRound(em, source, round);
}

/** Rounds in which each subject occurs once, in order: every snapshot leaves its trace in the edges' times. */
function roundsOf(events: readonly AssetEvent[]): readonly (readonly AssetEvent[])[] {
  const rounds: AssetEvent[][] = [];
  const seen = new Map<string, number>();
  for (const event of events) {
    const at = seen.get(event.urn) ?? 0;
    seen.set(event.urn, at + 1);
    (rounds[at] ??= []).push(event);
  }
  return rounds;
}

async function applyRound(em: EntityManager, source: SubgraphName, events: readonly AssetEvent[]): Promise<void> {
  const rows = events.map(({ urn, project, kind, revision, at, deleted, asset, data }) => {
    const { name, description, owner, tags } = asset;
    return { urn, project, kind, revision, at, deleted, name, description, owner, tags, data };
  });
  const taken = await em.execute<{ urn: string }[]>(
    `insert into asset (urn, project, kind, name, description, owner, tags, data, source, revision, deleted, at)
     select urn, project, kind, name, description, owner, tags, data, ?, revision, deleted, at
     from jsonb_to_recordset(?::jsonb) as told (urn text, project text, kind text, name text, description text,
       owner text, tags text[], data jsonb, revision int, deleted boolean, at timestamptz)
     on conflict (urn) do update set
       name = excluded.name, description = excluded.description, owner = excluded.owner, tags = excluded.tags,
       data = excluded.data, revision = excluded.revision, deleted = excluded.deleted, at = excluded.at
     where asset.revision < excluded.revision
     returning urn`,
    [source, JSON.stringify(rows)],
  );
  const fresh = new Set(taken.map(({ urn }) => urn));
  const subjects = events.filter(({ urn }) => fresh.has(urn));
  if (subjects.length === 0) return;
  const named = subjects.flatMap(({ urn, project, at, deleted, asset }) =>
    deleted
      ? []
      : asset.upstream.map((edge) => ({ project, at, downstream: urn, upstream: edge.urn, relation: edge.relation })),
  );
  const edges = JSON.stringify(named);
  await em.execute(
    `update asset_edge set valid_to = greatest(told.at, asset_edge.valid_from)
     from jsonb_to_recordset(?::jsonb) as told (urn text, at timestamptz)
     where asset_edge.downstream = told.urn and asset_edge.valid_to is null and not exists (
       select from jsonb_to_recordset(?::jsonb) as named (downstream text, upstream text, relation text)
       where named.downstream = asset_edge.downstream and named.upstream = asset_edge.upstream
         and named.relation = asset_edge.relation)`,
    [JSON.stringify(subjects.map(({ urn, at }) => ({ urn, at }))), edges],
  );
  await em.execute(
    `insert into asset_edge (project, upstream, downstream, relation, valid_from)
     select distinct named.project, named.upstream, named.downstream, named.relation, named.at
     from jsonb_to_recordset(?::jsonb)
       as named (project text, upstream text, downstream text, relation text, at timestamptz)
     where not exists (
       select from asset_edge held
       where held.downstream = named.downstream and held.valid_to is null and held.upstream = named.upstream
         and held.relation = named.relation)`,
    [edges],
  );
}
