import { defineEntity, p, type FilterQuery, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readRows } from '../../shared/database/read-rows.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Dtype } from '../../../schema/common.ts';
import type { JoinKey } from '../../../core/codec/address.ts';
import type { Feature, FeatureView } from '../domain/feature-view.ts';
import type { Pin } from '../domain/ids.ts';
import { PINNED, pinKeys, pinned } from './pins.ts';

export const FeatureViewRow = defineEntity({
  name: 'FeatureView',
  tableName: 'feature_view',
  primaryKeys: ['project', 'name', 'version'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    version: p.integer().primary(),
    entity: p.text(),
    joinKeys: p.json<JoinKey[]>(),
    source: p.text(),
    eventColumn: p.text(),
    createdColumn: p.text().nullable(),
    assumeUtc: p.boolean(),
    ttlSeconds: p.integer(),
    features: p.json<Feature[]>(),
    inputs: p.json<{ name: string; dtype: Dtype }[]>(),
    eventIdColumn: p.text().nullable(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.json<string[]>(),
    revision: p.integer(),
    createdAt: p.datetime(3),
    adoptedAt: p.datetime(3).nullable(),
  },
  indexes: [
    { name: 'feature_view_entity', properties: ['project', 'entity'] },
    { name: 'feature_view_source', properties: ['project', 'source'] },
  ],
});

type Row = InferEntity<typeof FeatureViewRow>;

const valueOf = (row: Row): FeatureView => ({
  project: row.project,
  name: row.name,
  version: row.version,
  entity: row.entity,
  joinKeys: row.joinKeys.map(({ name, dtype }) => ({ name, dtype })),
  source: row.source,
  eventColumn: row.eventColumn,
  createdColumn: row.createdColumn ?? null,
  assumeUtc: row.assumeUtc,
  ttlSeconds: row.ttlSeconds,
  features: row.features.map(({ name, dtype, column, window, network, description }) => ({
    name,
    dtype,
    column,
    window: window && { ...window, where: window.where && { ...window.where } },
    network: network && { ...network, bad: network.bad && { ...network.bad } },
    description,
  })),
  inputs: row.inputs.map(({ name, dtype }) => ({ name, dtype })),
  eventIdColumn: row.eventIdColumn ?? null,
  description: row.description,
  owner: row.owner ?? null,
  tags: [...row.tags],
  revision: row.revision,
  createdAt: row.createdAt,
  adoptedAt: row.adoptedAt ?? null,
});

/** The pinned versions, and for floating pins the newest version of the name; in no particular order. */
export async function findViews(em: EntityManager, project: string, pins: readonly Pin[]): Promise<FeatureView[]> {
  const found = await pinned(em, 'feature_view', project, pins);
  return found.length === 0 ? [] : (await readRows(em, FeatureViewRow, PINNED, pinKeys(project, found))).map(valueOf);
}

/** All versions, by name and version. */
export async function listViews(
  em: EntityManager,
  project: string,
  page: PageRequest,
  where: { readonly name?: string },
): Promise<FeatureView[]> {
  const after: FilterQuery<Row> = page.after
    ? {
        $or: [
          { name: { $gt: String(page.after[0]) } },
          { name: String(page.after[0]), version: { $gt: Number(page.after[1]) } },
        ],
      }
    : {};
  const rows = await em.find(
    FeatureViewRow,
    { $and: [{ project, ...where }, after] },
    { orderBy: { name: 'asc', version: 'asc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

/** Every version that reads a source or describes an entity. */
export async function viewsOn(
  em: EntityManager,
  project: string,
  where: { readonly source: string } | { readonly entity: string },
): Promise<FeatureView[]> {
  const rows = await em.find(FeatureViewRow, { project, ...where }, { orderBy: { name: 'asc', version: 'asc' } });
  return rows.map(valueOf);
}

/** Stores everything but the time of the first rows, which `adoptView` and pushes write. */
export async function saveView(em: EntityManager, view: FeatureView): Promise<void> {
  const row = {
    ...view,
    joinKeys: [...view.joinKeys],
    features: [...view.features],
    inputs: [...view.inputs],
    tags: [...view.tags],
  };
  await em.upsert(FeatureViewRow, row, { onConflictExcludeFields: ['adoptedAt'] });
}

/** Notes that a view version has its first rows, unless it had some before. */
export async function adoptView(
  em: EntityManager,
  { project, view, version }: { readonly project: string; readonly view: string; readonly version: number },
  at: Date,
): Promise<void> {
  await em.nativeUpdate(FeatureViewRow, { project, name: view, version, adoptedAt: null }, { adoptedAt: at });
}
