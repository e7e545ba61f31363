import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { LoggedModel } from '../../domain/tracking/tracking.ts';
import { arrayLiteral } from '../version/model.ts';

export const loggedModelSql: readonly string[] = [
  `create table logged_model (
     project text not null,
     id text not null,
     group_id text not null,
     run text,
     name text not null,
     model_type text not null,
     status text not null,
     parameters jsonb not null,
     tags jsonb not null,
     makers text[] not null,
     created_by text not null,
     created_ms bigint not null,
     updated_ms bigint not null,
     primary key (project, id)
   )`,
  'create index logged_model_group on logged_model (project, group_id, created_ms)',
];

const COLUMNS = `project, id, group_id as "group", run, name, model_type as "modelType", status, parameters, tags, makers,
  created_by as "createdBy", created_ms::float8 as "createdMs", updated_ms::float8 as "updatedMs"`;

export async function insertLoggedModel(em: EntityManager, model: LoggedModel): Promise<void> {
  await em.execute(
    `insert into logged_model (project, id, group_id, run, name, model_type, status, parameters, tags, makers,
       created_by, created_ms, updated_ms)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::text[], ?, ?, ?)`,
    [
      model.project,
      model.id,
      model.group,
      model.run,
      model.name,
      model.modelType,
      model.status,
      JSON.stringify(model.parameters),
      JSON.stringify(model.tags),
      arrayLiteral(model.makers),
      model.createdBy,
      model.createdMs,
      model.updatedMs,
    ],
  );
}

export async function saveLoggedModel(em: EntityManager, model: LoggedModel): Promise<void> {
  await em.execute(
    `update logged_model set status = ?, parameters = ?::jsonb, tags = ?::jsonb, makers = ?::text[], updated_ms = ?
     where project = ? and id = ?`,
    [
      model.status,
      JSON.stringify(model.parameters),
      JSON.stringify(model.tags),
      arrayLiteral(model.makers),
      model.updatedMs,
      model.project,
      model.id,
    ],
  );
}

export async function deleteLoggedModel(em: EntityManager, { project, id }: LoggedModel): Promise<void> {
  await em.execute('delete from logged_model where project = ? and id = ?', [project, id]);
}

/** Reads a logged model and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockLoggedModel(em: EntityManager, project: string, id: string): Promise<LoggedModel> {
  const [model] = await em.execute<LoggedModel[]>(
    `select ${COLUMNS} from logged_model where project = ? and id = ? for update`,
    [project, id],
  );
  if (model) return model;
  throw unknownLoggedModel(id);
}

export async function findLoggedModels(
  db: Database,
  project: string,
  ids: readonly string[],
): Promise<readonly LoggedModel[]> {
  return db.query<LoggedModel>(`select ${COLUMNS} from logged_model where project = $1 and id = any($2)`, [
    project,
    ids,
  ]);
}

export const unknownLoggedModel = (id: string): DomainError =>
  new DomainError('NOT_FOUND', `model_id: there is no logged model "${id}"`, { field: 'model_id' });
