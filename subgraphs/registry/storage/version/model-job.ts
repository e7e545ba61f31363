import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import { readRows } from '../../../shared/database/read-rows.ts';
import type { VersionKey } from '../../domain/ids.ts';
import type { ModelJob } from '../../domain/version/model-job.ts';

export const ModelJobRow = defineEntity({
  name: 'ModelJob',
  tableName: 'model_job',
  properties: {
    key: p.text().primary(),
    project: p.text(),
    kind: p.text().$type<ModelJob['kind']>(),
    model: p.text(),
    number: p.integer().nullable(),
    state: p.text().$type<ModelJob['state']>(),
    phase: p.text().$type<ModelJob['phase']>(),
    lane: p.text().$type<ModelJob['lane']>(),
    attempts: p.integer(),
    actor: p.json<ModelJob['actor']>(),
    requestId: p.text(),
    input: p.json<unknown>(),
    error: p.json<ModelJob['error']>().nullable(),
    gates: p.json<ModelJob['gates']>(),
    eventCursor: p.text().nullable(),
    startedAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
  indexes: [
    { name: 'model_job_version', properties: ['project', 'model', 'number', 'kind', 'startedAt'] },
    { name: 'model_job_state', properties: ['state', 'startedAt'] },
  ],
});

export const modelJobSql: readonly string[] = [
  `create table model_job (
     key text primary key,
     project text not null,
     kind text not null,
     model text not null,
     number int,
     state text not null,
     phase text not null,
     lane text not null,
     attempts int not null,
     actor jsonb not null,
     request_id text not null,
     input jsonb not null,
     error jsonb,
     gates jsonb not null,
     event_cursor text,
     started_at timestamptz(3) not null,
     finished_at timestamptz(3)
   )`,
  'create index model_job_version on model_job (project, model, number, kind, started_at)',
  'create index model_job_state on model_job (state, started_at)',
];

const plain = plainRow<ModelJob>;

export async function insertModelJob(em: EntityManager, job: ModelJob): Promise<void> {
  await em.insert(ModelJobRow, { ...job });
}

/** Writes everything but the key. */
export async function saveModelJob(em: EntityManager, { key, ...changed }: ModelJob): Promise<void> {
  await em.nativeUpdate(ModelJobRow, { key }, changed);
}

/** Reads a job and holds its row until the transaction ends. */
export async function lockModelJob(em: EntityManager, key: string): Promise<ModelJob | undefined> {
  const row = await em.findOne(ModelJobRow, { key }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row ? plain(row) : undefined;
}

export async function findModelJob(em: EntityManager, key: string): Promise<ModelJob | undefined> {
  const [row] = await readRows(em, ModelJobRow, 'key = ?', [key]);
  return row && plain(row);
}

/** Jobs that are to be done, the oldest first. */
export async function unfinishedModelJobs(em: EntityManager, limit: number): Promise<readonly ModelJob[]> {
  const rows = await em.find(ModelJobRow, { state: 'RUNNING' }, { orderBy: { startedAt: 'asc' }, limit });
  return rows.map((row) => plain(row));
}

/** The newest job of a kind of each version that has one. */
export async function newestModelJobs(
  em: EntityManager,
  kind: ModelJob['kind'],
  keys: readonly VersionKey[],
): Promise<readonly ModelJob[]> {
  const wanted = keys.map(({ project, model, number }) => ({ project, model, number }));
  const rows = await readRows(em, ModelJobRow, NEWEST_OF_EACH, [JSON.stringify(wanted), kind]);
  return rows.map((row) => plain(row));
}

const NEWEST_OF_EACH = `key in (
  select distinct on (j.project, j.model, j.number) j.key
  from model_job j join jsonb_to_recordset(?::jsonb) as wanted(project text, model text, number int)
    on j.project = wanted.project and j.model = wanted.model and j.number = wanted.number
  where j.kind = ?
  order by j.project, j.model, j.number, j.started_at desc, j.key)`;
