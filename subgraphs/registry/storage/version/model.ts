import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Model } from '../../domain/version/model-version.ts';

export const ModelRow = defineEntity({
  name: 'Model',
  tableName: 'model',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.array(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    revision: p.integer(),
  },
});

export const modelSql: readonly string[] = [
  `create table model (
     project text not null,
     name text not null,
     description text not null,
     owner text,
     tags text[] not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     revision int not null,
     primary key (project, name)
   )`,
];

const plain = plainRow<Model>;

/**
 * The model of a name, made if there is none, with its row held: versions of one model are numbered one after another.
 * `isNew` says whether this call made it.
 */
export async function lockModel(em: EntityManager, made: Model): Promise<{ model: Model; isNew: boolean }> {
  const inserted = await em.execute<{ name: string }[]>(
    `insert into model (project, name, description, owner, tags, created_at, created_by, revision)
     values (?, ?, ?, ?, ?::text[], ?, ?, ?) on conflict do nothing returning name`,
    [made.project, made.name, made.description, made.owner, arrayLiteral(made.tags), made.createdAt, made.createdBy, 1],
  );
  const key = { project: made.project, name: made.name };
  const row = await em.findOne(ModelRow, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!row) throw new Error('the model was made and is not there');
  return { model: plain(row), isNew: inserted.length > 0 };
}

/** Writes what can change of a model. */
export async function saveModel(
  em: EntityManager,
  { project, name, description, owner, revision }: Model,
): Promise<void> {
  await em.nativeUpdate(ModelRow, { project, name }, { description, owner, revision });
}

export async function findModels(
  em: EntityManager,
  keys: readonly Pick<Model, 'project' | 'name'>[],
): Promise<readonly Model[]> {
  const rows = await em.find(ModelRow, { $or: keys.map(({ project, name }) => ({ project, name })) });
  return rows.map((row) => plain(row));
}

/** By name, from the one after `after`; one more than asked for. */
export async function listModels(em: EntityManager, project: string, page: PageRequest): Promise<readonly Model[]> {
  const [after] = page.after ?? [];
  const rows = await em.find(
    ModelRow,
    { project, ...(after !== undefined && { name: { $gt: String(after) } }) },
    { orderBy: { name: 'asc' }, limit: page.first + 1 },
  );
  return rows.map((row) => plain(row));
}

/** A list of texts as Postgres writes arrays. */
export const arrayLiteral = (items: readonly string[]): string =>
  `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
