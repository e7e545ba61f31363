import { defineEntity, p, type FilterQuery, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readRows } from '../../shared/database/read-rows.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Pin } from '../domain/ids.ts';
import type { TrainingManifest, TrainingSet } from '../domain/training-set.ts';

export const TrainingSetRow = defineEntity({
  name: 'TrainingSet',
  tableName: 'training_set',
  primaryKeys: ['project', 'key'],
  properties: {
    project: p.text().primary(),
    key: p.text().primary(),
    service: p.text(),
    serviceVersion: p.integer(),
    manifest: p.json<TrainingManifest>(),
    sha256: p.text(),
    sizeBytes: p.bigint('number'),
    createdAt: p.datetime(3),
  },
  indexes: [{ name: 'training_set_created', properties: ['project', 'createdAt', 'key'] }],
});

type Row = InferEntity<typeof TrainingSetRow>;

const valueOf = (row: Row): TrainingSet => ({
  project: row.project,
  key: row.key,
  service: row.service,
  serviceVersion: row.serviceVersion,
  manifest: structuredClone(row.manifest),
  sha256: row.sha256,
  sizeBytes: row.sizeBytes,
  createdAt: row.createdAt,
});

export async function findTrainingSets(
  em: EntityManager,
  project: string,
  keys: readonly string[],
): Promise<TrainingSet[]> {
  const where = 'project = ? and key in (select jsonb_array_elements_text(?::jsonb))';
  return readRows(em, TrainingSetRow, where, [project, JSON.stringify(keys)]);
}

/** Newest first; of one service, of one version of it, or all. */
export async function listTrainingSets(
  em: EntityManager,
  project: string,
  page: PageRequest,
  service: Pin | null,
): Promise<TrainingSet[]> {
  const where = {
    ...(service && { service: service.name }),
    ...(service && service.version !== null && { serviceVersion: service.version }),
  };
  const at = page.after && new Date(Number(page.after[0]));
  const after: FilterQuery<Row> =
    at && page.after
      ? { $or: [{ createdAt: { $lt: at } }, { createdAt: at, key: { $lt: String(page.after[1]) } }] }
      : {};
  const rows = await em.find(
    TrainingSetRow,
    { $and: [{ project, ...where }, after] },
    { orderBy: { createdAt: 'desc', key: 'desc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

export async function saveTrainingSet(em: EntityManager, set: TrainingSet): Promise<void> {
  await em.upsert(TrainingSetRow, { ...set });
}
