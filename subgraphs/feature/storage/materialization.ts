import { defineEntity, p, type FilterQuery, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../shared/paging.ts';
import type { Pin } from '../domain/ids.ts';
import type { KnownSince, Materialization } from '../domain/materialization.ts';
import { workOf, workProperties } from './long-work.ts';

export const MaterializationRow = defineEntity({
  name: 'Materialization',
  tableName: 'materialization',
  primaryKeys: ['project', 'key'],
  properties: {
    ...workProperties(),
    view: p.text(),
    version: p.integer(),
    from: p.datetime(3).nullable(),
    to: p.datetime(3),
    onlineAt: p.datetime(3).nullable(),
    knownSince: p.text().$type<KnownSince>().nullable(),
    rowsRead: p.integer(),
    rowsWritten: p.integer(),
    rowsOnline: p.integer(),
    skipped: p.json<Materialization['skipped'][number][]>(),
    files: p.json<Materialization['files'][number][]>(),
  },
  indexes: [
    { name: 'materialization_started', properties: ['project', 'startedAt', 'key'] },
    {
      name: 'materialization_running',
      expression: `create unique index materialization_running on materialization (project, view, version) where state = 'RUNNING'`,
    },
  ],
});

type Row = InferEntity<typeof MaterializationRow>;

const valueOf = (row: Row): Materialization => ({
  ...workOf(row),
  view: row.view,
  version: row.version,
  from: row.from ?? null,
  to: row.to,
  onlineAt: row.onlineAt ?? null,
  knownSince: row.knownSince ?? null,
  rowsRead: row.rowsRead,
  rowsWritten: row.rowsWritten,
  rowsOnline: row.rowsOnline,
  skipped: row.skipped.map(({ reason, rows }) => ({ reason, rows })),
  files: row.files.map(({ path, sha256, sizeBytes }) => ({ path, sha256, sizeBytes })),
});

export async function findMaterializations(
  em: EntityManager,
  project: string,
  keys: readonly string[],
): Promise<Materialization[]> {
  return (await em.find(MaterializationRow, { project, key: { $in: [...keys] } })).map(valueOf);
}

/** Newest first; of one view, of one version of it, or all. */
export async function listMaterializations(
  em: EntityManager,
  project: string,
  page: PageRequest,
  view: Pin | null,
): Promise<Materialization[]> {
  const where = { ...(view && { view: view.name }), ...(view && view.version !== null && { version: view.version }) };
  const at = page.after && new Date(Number(page.after[0]));
  const after: FilterQuery<Row> =
    at && page.after
      ? { $or: [{ startedAt: { $lt: at } }, { startedAt: at, key: { $lt: String(page.after[1]) } }] }
      : {};
  const rows = await em.find(
    MaterializationRow,
    { $and: [{ project, ...where }, after] },
    { orderBy: { startedAt: 'desc', key: 'desc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

/** The loads of a view version that run, or all that run. */
export async function runningMaterializations(
  em: EntityManager,
  where: { readonly project?: string; readonly view?: string; readonly version?: number } = {},
): Promise<Materialization[]> {
  return (await em.find(MaterializationRow, { ...where, state: 'RUNNING' })).map(valueOf);
}

export async function saveMaterialization(em: EntityManager, value: Materialization): Promise<void> {
  await em.upsert(MaterializationRow, { ...value, skipped: [...value.skipped], files: [...value.files] });
}
