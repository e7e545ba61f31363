import { defineEntity, p, type FilterQuery, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readRows } from '../../shared/database/read-rows.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { FeatureService, ServiceView } from '../domain/feature-service.ts';
import type { Pin } from '../domain/ids.ts';
import { PINNED, pinKeys, pinned } from './pins.ts';

export const FeatureServiceRow = defineEntity({
  name: 'FeatureService',
  tableName: 'feature_service',
  primaryKeys: ['project', 'name', 'version'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    version: p.integer().primary(),
    views: p.json<ServiceView[]>(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.json<string[]>(),
    revision: p.integer(),
    createdAt: p.datetime(3),
  },
});

type Row = InferEntity<typeof FeatureServiceRow>;

const valueOf = (row: Row): FeatureService => ({
  project: row.project,
  name: row.name,
  version: row.version,
  views: row.views.map(({ view, version, features }) => ({ view, version, features: [...features] })),
  description: row.description,
  owner: row.owner ?? null,
  tags: [...row.tags],
  revision: row.revision,
  createdAt: row.createdAt,
});

/** The pinned versions, and for floating pins the newest version of the name; in no particular order. */
export async function findServices(
  em: EntityManager,
  project: string,
  pins: readonly Pin[],
): Promise<FeatureService[]> {
  const found = await pinned(em, 'feature_service', project, pins);
  return found.length === 0
    ? []
    : (await readRows(em, FeatureServiceRow, PINNED, pinKeys(project, found))).map(valueOf);
}

/** All versions, by name and version. */
export async function listServices(
  em: EntityManager,
  project: string,
  page: PageRequest,
  where: { readonly name?: string },
): Promise<FeatureService[]> {
  const after: FilterQuery<Row> = page.after
    ? {
        $or: [
          { name: { $gt: String(page.after[0]) } },
          { name: String(page.after[0]), version: { $gt: Number(page.after[1]) } },
        ],
      }
    : {};
  const rows = await em.find(
    FeatureServiceRow,
    { $and: [{ project, ...where }, after] },
    { orderBy: { name: 'asc', version: 'asc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

export async function saveService(em: EntityManager, service: FeatureService): Promise<void> {
  await em.upsert(FeatureServiceRow, {
    ...service,
    views: service.views.map(({ view, version, features }) => ({ view, version, features: [...features] })),
    tags: [...service.tags],
  });
}
