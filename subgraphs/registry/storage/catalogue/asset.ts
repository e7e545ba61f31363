import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { FeatureServiceSnapshot } from '../../../../schema/event.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { deprecationFrom, type StoredDeprecation } from './asset-note.ts';
import type * as z from 'zod';
import type { SubgraphName } from '../../../../schema/nouns.ts';

export type FeatureService = z.infer<typeof FeatureServiceSnapshot>;

const DECLARED_BY_INDEX = 'create index asset_edge_declared_by on asset_edge (declared_by) where valid_to is null';
const WORDS_INDEX = 'create index asset_words on asset using gin (words)';
const TRIGRAM_INDEX =
  'create index asset_trigrams on asset using gin (name_key public.gin_trgm_ops, tag_words public.gin_trgm_ops)';

/** Anything that search and lineage know, as its owner's newest event declared. */
export const AssetRow = defineEntity({
  name: 'Asset',
  tableName: 'asset',
  properties: {
    urn: p.text().primary(),
    project: p.text(),
    kind: p.text().$type<UrnKind>(),
    name: p.text(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.array(),
    domain: p.text().nullable(),
    documentationUrl: p.text().nullable(),
    deprecation: p.json<StoredDeprecation>().nullable(),
    notedAt: p.datetime(3).nullable(),
    declared: p.json<Record<string, unknown>>(),
    used: p.boolean(),
    change: p.bigint('string'),
    nameKey: p.text(),
    tagWords: p.text(),
    words: p.text().columnType('tsvector'),
    data: p.json<Record<string, unknown>>(),
    source: p.text().$type<SubgraphName>(),
    revision: p.integer(),
    deleted: p.boolean(),
    at: p.datetime(3),
    firstAt: p.datetime(3),
  },
  indexes: [
    { name: 'asset_kind', properties: ['project', 'kind', 'name'] },
    { name: 'asset_change', properties: ['change'] },
    { name: 'asset_words', expression: WORDS_INDEX },
    { name: 'asset_trigrams', expression: TRIGRAM_INDEX },
  ],
});

/** One asset comes from another: from `validFrom` on, until `validTo`. Rows are closed, never removed. */
export const AssetEdgeRow = defineEntity({
  name: 'AssetEdge',
  tableName: 'asset_edge',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    project: p.text(),
    upstream: p.text(),
    downstream: p.text(),
    relation: p.text(),
    declaredBy: p.text(),
    validFrom: p.datetime(3),
    validTo: p.datetime(3).nullable(),
    change: p.bigint('string'),
  },
  indexes: [
    { name: 'asset_edge_change', properties: ['change'] },
    { name: 'asset_edge_declared_by', expression: DECLARED_BY_INDEX },
    { name: 'asset_edge_downstream', properties: ['downstream', 'upstream'] },
    { name: 'asset_edge_upstream', properties: ['upstream', 'downstream'] },
  ],
});

export const assetSql: readonly string[] = [
  // Counts changes of the index. Whoever changes it holds its lock, so that a greater number is a later commit.
  'create sequence index_change',
  // What search looks at comes first: Postgres reads a row up to the last column that is asked for.
  `create table asset (
     deleted boolean not null,
     project text not null,
     urn text primary key,
     name_key text not null,
     tag_words text not null,
     words tsvector not null,
     kind text not null,
     owner text,
     tags text[] not null,
     domain text,
     source text not null,
     used boolean not null,
     at timestamptz(3) not null,
     noted_at timestamptz(3),
     deprecation jsonb,
     name text not null,
     description text not null,
     documentation_url text,
     declared jsonb not null,
     change bigint not null,
     data jsonb not null,
     revision int not null,
     first_at timestamptz(3) not null
   )`,
  'create index asset_kind on asset (project, kind, name)',
  'create index asset_change on asset (change)',
  WORDS_INDEX,
  // An owner who may not make the extension goes without: search then does not forgive misspelt names.
  `do $$ begin
     create extension if not exists pg_trgm with schema public;
     ${TRIGRAM_INDEX};
   exception when insufficient_privilege or undefined_file or feature_not_supported or undefined_object then
     raise notice 'pg_trgm is not available: %', sqlerrm;
   end $$`,
  `create table asset_edge (
     id bigserial primary key,
     project text not null,
     upstream text not null,
     downstream text not null,
     relation text not null,
     declared_by text not null,
     valid_from timestamptz(3) not null,
     valid_to timestamptz(3),
     change bigint not null
   )`,
  'create index asset_edge_change on asset_edge (change)',
  DECLARED_BY_INDEX,
  'create index asset_edge_downstream on asset_edge (downstream, upstream)',
  'create index asset_edge_upstream on asset_edge (upstream, downstream)',
];

export const ASSET_COLUMNS = `urn, project, kind, name, description, owner, tags, domain, documentation_url as "documentationUrl",
  deprecation, used, source, revision, deleted, at, first_at as "firstAt"`;

/** The columns as SQL gives them: they bear the names of the value's fields. */
export type AssetColumns = Omit<Asset, 'deprecation'> & { readonly deprecation: StoredDeprecation | null };

/** The asset in a row that may have other columns too. */
export const toAsset = (row: AssetColumns): Asset => ({
  urn: row.urn,
  project: row.project,
  kind: row.kind,
  name: row.name,
  description: row.description,
  owner: row.owner,
  tags: row.tags,
  domain: row.domain,
  documentationUrl: row.documentationUrl,
  deprecation: deprecationFrom(row.deprecation),
  used: row.used,
  source: row.source,
  revision: row.revision,
  deleted: row.deleted,
  at: row.at,
  firstAt: row.firstAt,
});

export async function findAssets(db: Database, project: string, urns: readonly string[]): Promise<readonly Asset[]> {
  if (urns.length === 0) return [];
  const rows = await db.query<AssetColumns>(`select ${ASSET_COLUMNS} from asset where project = $1 and urn = any($2)`, [
    project,
    [...urns],
  ]);
  return rows.map(toAsset);
}

/** Which of these were ever announced. */
export async function knownAmong(db: Database, project: string, urns: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ urn: string }>('select urn from asset where project = $1 and urn = any($2)', [
    project,
    [...urns],
  ]);
  return new Set(rows.map(({ urn }) => urn));
}

export async function isDeleted(em: EntityManager, project: string, urn: string): Promise<boolean> {
  return (await em.count(AssetRow, { project, urn, deleted: true })) > 0;
}

/** A pinned feature service as the feature subgraph declared of it; undefined while it has not been heard of. */
export async function findFeatureService(
  em: EntityManager,
  project: string,
  urn: string,
): Promise<FeatureService | undefined> {
  const row = await em.findOne(AssetRow, { project, urn, kind: 'feature-service', deleted: false });
  if (!row) return undefined;
  const snapshot = FeatureServiceSnapshot.safeParse(row.data);
  return snapshot.success ? snapshot.data : undefined;
}

/** `view__feature` → its type: what a model that reads the service can rely on. */
export const featureTypes = (service: FeatureService): ReadonlyMap<string, string> =>
  new Map(service.views.flatMap(({ name, features }) => features.map((one) => [`${name}__${one.name}`, one.dtype])));
