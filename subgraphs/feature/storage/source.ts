import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../shared/paging.ts';
import type { SourceColumn } from '../domain/source-column.ts';
import type { Source } from '../domain/source.ts';

export const SourceRow = defineEntity({
  name: 'Source',
  tableName: 'source',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    path: p.text(),
    eventColumn: p.text(),
    createdColumn: p.text().nullable(),
    assumeUtc: p.boolean(),
    columns: p.json<SourceColumn[]>(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.json<string[]>(),
    revision: p.integer(),
    createdAt: p.datetime(3),
  },
});

const valueOf = (row: InferEntity<typeof SourceRow>): Source => ({
  project: row.project,
  name: row.name,
  path: row.path,
  eventColumn: row.eventColumn,
  createdColumn: row.createdColumn ?? null,
  assumeUtc: row.assumeUtc,
  columns: row.columns.map(({ name, types, dtype, problem }) => ({ name, types, dtype, problem })),
  description: row.description,
  owner: row.owner ?? null,
  tags: [...row.tags],
  revision: row.revision,
  createdAt: row.createdAt,
});

export async function findSources(em: EntityManager, project: string, names: readonly string[]): Promise<Source[]> {
  return (await em.find(SourceRow, { project, name: { $in: [...names] } })).map(valueOf);
}

export async function listSources(em: EntityManager, project: string, page: PageRequest): Promise<Source[]> {
  const rows = await em.find(
    SourceRow,
    { project, ...(page.after && { name: { $gt: String(page.after[0]) } }) },
    { orderBy: { name: 'asc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

export async function saveSource(em: EntityManager, source: Source): Promise<void> {
  await em.upsert(SourceRow, { ...source, columns: [...source.columns], tags: [...source.tags] });
}
