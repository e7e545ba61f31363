import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { AssetNote, Deprecation } from '../../domain/catalogue/asset-note.ts';

/** A deprecation as JSON keeps it. */
export type StoredDeprecation = Omit<Deprecation, 'at' | 'sunsetAt'> & {
  readonly at: string;
  readonly sunsetAt: string | null;
};

/** What people say of an asset. It stays when the index is dropped: no feed tells of it. */
export const AssetNoteRow = defineEntity({
  name: 'AssetNote',
  tableName: 'asset_note',
  properties: {
    urn: p.text().primary(),
    project: p.text(),
    owner: p.text().nullable(),
    description: p.text().nullable(),
    tags: p.array().nullable(),
    domain: p.text().nullable(),
    documentationUrl: p.text().nullable(),
    deprecation: p.json<StoredDeprecation>().nullable(),
    at: p.datetime(3),
    by: p.text(),
  },
});

export const assetNoteSql: readonly string[] = [
  `create table asset_note (
     urn text primary key,
     project text not null,
     owner text,
     description text,
     tags text[],
     domain text,
     documentation_url text,
     deprecation jsonb,
     at timestamptz(3) not null,
     "by" text not null
   )`,
];

export const deprecationFrom = (stored: StoredDeprecation | null): Deprecation | null =>
  stored && {
    ...stored,
    at: new Date(stored.at),
    sunsetAt: stored.sunsetAt === null ? null : new Date(stored.sunsetAt),
  };

const toStored = (deprecation: Deprecation | null): StoredDeprecation | null =>
  deprecation && {
    ...deprecation,
    at: deprecation.at.toISOString(),
    sunsetAt: deprecation.sunsetAt?.toISOString() ?? null,
  };

type StoredNote = Omit<AssetNote, 'deprecation'> & { readonly deprecation: StoredDeprecation | null };

const toNote = (row: Parameters<typeof plainRow<StoredNote>>[0]): AssetNote => {
  const note = plainRow<StoredNote>(row);
  return { ...note, deprecation: deprecationFrom(note.deprecation ?? null) };
};

/** The notes of some assets, by URN. */
export async function findNotes(em: EntityManager, urns: readonly string[]): Promise<ReadonlyMap<string, AssetNote>> {
  if (urns.length === 0) return new Map();
  const rows = await em.find(AssetNoteRow, { urn: { $in: [...urns] } });
  return new Map(rows.map((row) => [row.urn, toNote(row)]));
}

export async function saveNote(em: EntityManager, note: AssetNote): Promise<void> {
  await em.upsert(AssetNoteRow, {
    ...note,
    tags: note.tags && [...note.tags],
    deprecation: toStored(note.deprecation),
  });
}
