import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { UrnKind } from '../../../../core/urn.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { FilterGroup } from '../../domain/catalogue/asset-filter.ts';
import type { SavedSearch } from '../../domain/catalogue/saved-search.ts';

export const SavedSearchRow = defineEntity({
  name: 'SavedSearch',
  tableName: 'saved_search',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    text: p.text(),
    kinds: p.array().$type<UrnKind[]>(),
    orFilters: p.json<readonly FilterGroup[]>(),
    createdBy: p.text(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export const savedSearchSql: readonly string[] = [
  `create table saved_search (
     project text not null,
     name text not null,
     description text not null,
     text text not null,
     kinds text[] not null,
     or_filters jsonb not null,
     created_by text not null,
     created_at timestamptz(3) not null,
     updated_at timestamptz(3) not null,
     primary key (project, name)
   )`,
];

export async function findSavedSearch(
  em: EntityManager,
  project: string,
  name: string,
): Promise<SavedSearch | undefined> {
  const row = await em.findOne(SavedSearchRow, { project, name });
  return row ? plainRow<SavedSearch>(row) : undefined;
}

export async function saveSearch(em: EntityManager, search: SavedSearch): Promise<void> {
  await em.upsert(SavedSearchRow, { ...search, kinds: [...search.kinds] });
}

export async function deleteSavedSearch(
  em: EntityManager,
  { project, name }: Pick<SavedSearch, 'project' | 'name'>,
): Promise<void> {
  await em.nativeDelete(SavedSearchRow, { project, name });
}

/** By name, from the one after `after`; one more than asked for. */
export async function listSavedSearches(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly SavedSearch[]> {
  const [behind] = after ?? [];
  const rows = await em.find(
    SavedSearchRow,
    { project, ...(behind !== undefined && { name: { $gt: String(behind) } }) },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => plainRow<SavedSearch>(row));
}
