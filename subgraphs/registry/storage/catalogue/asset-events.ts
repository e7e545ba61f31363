import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../../schema/event.ts';
import { searchKey, searchWords } from '../../domain/catalogue/search-words.ts';
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

const lexemes = (column: string, weight: string): string =>
  `setweight(to_tsvector('simple', ${column}) || to_tsvector('english', ${column}), '${weight}')`;

/** The words of an asset and their stems; those of its name weigh more than its tags', and these more than the rest. */
const WORDS = [lexemes('name_words', 'A'), lexemes('tag_words', 'B'), lexemes('other_words', 'D')].join(' || ');

async function applyRound(em: EntityManager, source: SubgraphName, events: readonly AssetEvent[]): Promise<void> {
  const rows = events.map(({ urn, project, kind, revision, at, deleted, asset, data }) => {
    const { name, description, owner, tags } = asset;
    return {
      urn,
      project,
      kind,
      revision,
      at,
      deleted,
      name,
      description,
      owner,
      tags,
      data,
      name_key: searchKey(name),
      name_words: searchWords(name),
      tag_words: searchWords(...tags),
      other_words: searchWords(description, owner ?? ''),
    };
  });
  const taken = await em.execute<{ urn: string }[]>(
    `insert into asset (urn, project, kind, name, description, owner, tags, name_key, tag_words, words,
       data, source, revision, deleted, at, first_at)
     select urn, project, kind, name, description, owner, tags, name_key, tag_words, ${WORDS},
       data, ?, revision, deleted, at, at
     from jsonb_to_recordset(?::jsonb) as told (urn text, project text, kind text, name text, description text,
       owner text, tags text[], name_key text, name_words text, tag_words text, other_words text, data jsonb,
       revision int, deleted boolean, at timestamptz)
     on conflict (urn) do update set
       name = excluded.name, description = excluded.description, owner = excluded.owner, tags = excluded.tags,
       name_key = excluded.name_key, tag_words = excluded.tag_words, words = excluded.words, first_at = least(asset.first_at, excluded.first_at),
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
