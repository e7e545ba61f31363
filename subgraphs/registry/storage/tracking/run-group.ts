import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { RunGroup } from '../../domain/tracking/tracking.ts';

export const runGroupSql: readonly string[] = [
  'create sequence run_group_id',
  `create table run_group (
     project text not null,
     id text not null,
     name text not null,
     tags jsonb not null,
     deleted boolean not null,
     created_ms bigint not null,
     updated_ms bigint not null,
     created_by text not null,
     primary key (project, id)
   )`,
  'create unique index run_group_name on run_group (project, name)',
];

export const RUN_GROUP_COLUMNS = `project, id, name, tags, deleted, created_ms::float8 as "createdMs",
  updated_ms::float8 as "updatedMs", created_by as "createdBy"`;

/** Throws CONFLICT where the name is taken. */
export async function insertRunGroup(
  em: EntityManager,
  group: Omit<RunGroup, 'id'> & { readonly id: string | null },
): Promise<RunGroup> {
  const [made] = await em.execute<{ id: string }[]>(
    `insert into run_group (project, id, name, tags, deleted, created_ms, updated_ms, created_by)
     values (?, coalesce(?::text, nextval('run_group_id')::text), ?, ?::jsonb, false, ?, ?, ?)
     on conflict do nothing returning id`,
    [
      group.project,
      group.id,
      group.name,
      JSON.stringify(group.tags),
      group.createdMs,
      group.updatedMs,
      group.createdBy,
    ],
  );
  if (made) return { ...group, id: made.id };
  throw new DomainError('CONFLICT', `name: there is an experiment "${group.name}" already`, { field: 'name' });
}

export async function saveRunGroup(
  em: EntityManager,
  { project, id, name, tags, deleted, updatedMs }: RunGroup,
): Promise<void> {
  const [other] = await em.execute<{ id: string }[]>(
    'select id from run_group where project = ? and name = ? and id <> ?',
    [project, name, id],
  );
  if (other) throw new DomainError('CONFLICT', `name: there is an experiment "${name}" already`, { field: 'name' });
  await em.execute(
    'update run_group set name = ?, tags = ?::jsonb, deleted = ?, updated_ms = ? where project = ? and id = ?',
    [name, JSON.stringify(tags), deleted, updatedMs, project, id],
  );
}

/** Reads a group and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockRunGroup(em: EntityManager, project: string, id: string): Promise<RunGroup> {
  const [group] = await em.execute<RunGroup[]>(
    `select ${RUN_GROUP_COLUMNS} from run_group where project = ? and id = ? for update`,
    [project, id],
  );
  if (group) return group;
  throw unknownGroup(id);
}

export async function findRunGroup(
  db: Database,
  project: string,
  by: { readonly id: string } | { readonly name: string },
): Promise<RunGroup | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['name', by.name];
  const [group] = await db.query<RunGroup>(
    `select ${RUN_GROUP_COLUMNS} from run_group where project = $1 and ${column} = $2`,
    [project, value],
  );
  return group;
}

export const unknownGroup = (id: string): DomainError =>
  new DomainError('NOT_FOUND', `experiment_id: there is no experiment "${id}"`, { field: 'experiment_id' });
