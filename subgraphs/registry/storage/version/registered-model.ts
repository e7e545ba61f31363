import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import { SEARCHED_MODELS, SHOWN_MODEL } from '../tracking/searched.ts';
import type { VersionKey } from '../../domain/ids.ts';
import type { LabelSet, VersionOrigin } from '../../domain/version/registered-model.ts';

export const registeredModelSql: readonly string[] = [
  // Number 0 stands for the model itself.
  `create table label_set (
     project text not null,
     model text not null,
     number int not null,
     labels jsonb not null,
     archived boolean not null,
     updated_ms bigint not null,
     primary key (project, model, number)
   )`,
  `create table version_origin (
     job text primary key,
     project text not null,
     model text not null,
     source text not null,
     run text,
     logged_model text,
     run_link text,
     files jsonb not null,
     labels jsonb not null
   )`,
  'create index version_origin_run on version_origin (project, run)',
];

const LABEL_COLUMNS = `project, model, nullif(number, 0) as number, labels, archived, updated_ms::float8 as "updatedMs"`;

/** The labels of models and of versions, as far as any were ever set. */
export async function findLabelSets(
  db: Database,
  project: string,
  models: readonly string[],
): Promise<readonly LabelSet[]> {
  return db.query<LabelSet>(`select ${LABEL_COLUMNS} from label_set where project = $1 and model = any($2)`, [
    project,
    models,
  ]);
}

/** Whether clients see a model: it was not put away, or has a version that was registered since. */
export async function isModelShown(db: Database, project: string, name: string): Promise<boolean> {
  const [shown] = await db.query<{ name: string }>(
    `select model.name from ${SEARCHED_MODELS.from} where model.project = $1 and model.name = $2 and ${SHOWN_MODEL}`,
    [project, name],
  );
  return shown !== undefined;
}

/** Reads the labels of a model or a version and holds their row; undefined where none were ever set. */
export async function lockLabelSet(
  em: EntityManager,
  { project, model, number }: Pick<LabelSet, 'project' | 'model' | 'number'>,
): Promise<LabelSet | undefined> {
  const [set] = await em.execute<LabelSet[]>(
    `select ${LABEL_COLUMNS} from label_set where project = ? and model = ? and number = ? for update`,
    [project, model, number ?? 0],
  );
  return set;
}

export async function saveLabelSet(em: EntityManager, set: LabelSet): Promise<void> {
  await em.execute(
    `insert into label_set (project, model, number, labels, archived, updated_ms) values (?, ?, ?, ?::jsonb, ?, ?)
     on conflict (project, model, number)
     do update set labels = excluded.labels, archived = excluded.archived, updated_ms = excluded.updated_ms`,
    [set.project, set.model, set.number ?? 0, JSON.stringify(set.labels), set.archived, set.updatedMs],
  );
}

export async function insertOrigin(em: EntityManager, origin: VersionOrigin): Promise<void> {
  await em.execute(
    `insert into version_origin (job, project, model, source, run, logged_model, run_link, files, labels)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)`,
    [
      origin.job,
      origin.project,
      origin.model,
      origin.source,
      origin.run,
      origin.loggedModel,
      origin.runLink,
      JSON.stringify(origin.files),
      JSON.stringify(origin.labels),
    ],
  );
}

/** Of each of the versions that came out of a training run, where from: found by the job that registered it. */
export async function findOrigins(
  db: Database,
  keys: readonly VersionKey[],
): Promise<readonly (VersionOrigin & { readonly number: number })[]> {
  return db.query<VersionOrigin & { number: number }>(
    `select origin.job, origin.project, origin.model, source, run, logged_model as "loggedModel",
       run_link as "runLink", files, labels, job.number
     from jsonb_to_recordset($1::jsonb) as wanted (project text, model text, number int)
     join model_job job on job.project = wanted.project and job.model = wanted.model
       and job.number = wanted.number and job.kind = 'REGISTRATION'
     join version_origin origin on origin.job = job.key`,
    [JSON.stringify(keys.map(({ project, model, number }) => ({ project, model, number })))],
  );
}
