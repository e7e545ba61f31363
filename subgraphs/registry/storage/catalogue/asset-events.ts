import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../../schema/event.ts';
import { described, type AssetNote, type DeclaredText } from '../../domain/catalogue/asset-note.ts';
import { searchKey, searchWords } from '../../domain/catalogue/search-words.ts';
import { ownerOf, type SubgraphName } from '../../../../schema/nouns.ts';
import { replaceEdges, settleUse } from './asset-edges.ts';
import { findNotes } from './asset-note.ts';
import { lockIndex } from './index-lock.ts';

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
  if (own.length === 0) return;
  await lockIndex(em);
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

/** What the index keeps of an asset beside what its event says. */
interface IndexRow {
  readonly urn: string;
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly domain: string | null;
  readonly documentation_url: string | null;
  readonly deprecation: object | null;
  readonly noted_at: Date | null;
  readonly declared: DeclaredText;
  readonly name_key: string;
  readonly name_words: string;
  readonly tag_words: string;
  readonly other_words: string;
}

function indexRow(urn: string, name: string, declared: DeclaredText, note: AssetNote | undefined): IndexRow {
  const { description, owner, tags, domain, documentationUrl, deprecation } = described(declared, note);
  return {
    urn,
    description,
    owner,
    tags,
    domain,
    documentation_url: documentationUrl,
    deprecation,
    noted_at: note?.at ?? null,
    declared,
    name_key: searchKey(name),
    name_words: searchWords(name),
    tag_words: searchWords(...tags),
    other_words: searchWords(description, owner ?? '', domain ?? ''),
  };
}

const INDEX_FIELDS = `urn text, description text, owner text, tags text[], domain text, documentation_url text,
  deprecation jsonb, noted_at timestamptz, declared jsonb, name_key text, name_words text, tag_words text, other_words text`;

/** Shows an asset as it is described now. Its row is there: nobody describes what is unknown. */
export async function showNote(em: EntityManager, note: AssetNote): Promise<void> {
  const [asset] = await em.execute<{ name: string; declared: DeclaredText }[]>(
    'select name, declared from asset where urn = ?',
    [note.urn],
  );
  if (!asset) return;
  await em.execute(
    `update asset set description = shown.description, owner = shown.owner, tags = shown.tags, domain = shown.domain,
       documentation_url = shown.documentation_url, deprecation = shown.deprecation, noted_at = shown.noted_at,
       tag_words = shown.tag_words, words = shown.words, change = nextval('index_change')
     from (select *, ${WORDS} as words from jsonb_to_recordset(?::jsonb) as row (${INDEX_FIELDS})) shown
     where asset.urn = shown.urn`,
    [JSON.stringify([indexRow(note.urn, asset.name, asset.declared, note)])],
  );
}

async function applyRound(em: EntityManager, source: SubgraphName, events: readonly AssetEvent[]): Promise<void> {
  const notes = await findNotes(
    em,
    events.map(({ urn }) => urn),
  );
  const rows = events.map(({ urn, project, kind, revision, at, deleted, asset, data }) => {
    const { name, description, owner, tags } = asset;
    const declared = { description, owner, tags };
    return { project, kind, revision, at, deleted, name, data, ...indexRow(urn, name, declared, notes.get(urn)) };
  });
  const taken = await em.execute<{ urn: string }[]>(
    `insert into asset (urn, project, kind, name, description, owner, tags, domain, documentation_url, deprecation, noted_at,
       declared, name_key, tag_words, words, data, source, revision, deleted, used, at, first_at, change)
     select urn, project, kind, name, description, owner, tags, domain, documentation_url, deprecation, noted_at,
       declared, name_key, tag_words, ${WORDS}, data, ?, revision, deleted, false, at, at, nextval('index_change')
     from jsonb_to_recordset(?::jsonb) as declared (project text, kind text, name text, data jsonb, revision int,
       deleted boolean, at timestamptz, ${INDEX_FIELDS})
     on conflict (urn) do update set
       name = excluded.name, description = excluded.description, owner = excluded.owner, tags = excluded.tags,
       domain = excluded.domain, documentation_url = excluded.documentation_url, deprecation = excluded.deprecation,
       noted_at = excluded.noted_at, declared = excluded.declared, name_key = excluded.name_key, tag_words = excluded.tag_words,
       words = excluded.words, first_at = least(asset.first_at, excluded.first_at), data = excluded.data,
       revision = excluded.revision, deleted = excluded.deleted, at = excluded.at, change = excluded.change
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
      : [
          ...asset.upstream.map((edge) => ({ upstream: edge.urn, downstream: urn, relation: edge.relation })),
          ...asset.downstream.map((edge) => ({ upstream: urn, downstream: edge.urn, relation: edge.relation })),
        ].map((edge) => ({ ...edge, project, at, declared_by: urn })),
  );
  const touched = await replaceEdges(
    em,
    subjects.map(({ urn, at }) => ({ urn, at })),
    named,
  );
  await settleUse(em, [...fresh, ...touched]);
}
