import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { VersionKey } from '../../domain/ids.ts';
import type { AliasChange, ModelAlias } from '../../domain/version/registered-model.ts';
import { msOf } from '../ms-of.ts';

export const modelAliasSql: readonly string[] = [
  `create table model_alias (
     project text not null,
     model text not null,
     alias text not null,
     number int not null,
     primary key (project, model, alias)
   )`,
  // Every move of an alias; null where it was taken away.
  `create table model_alias_change (
     id serial primary key,
     project text not null,
     model text not null,
     alias text not null,
     number int,
     at timestamptz(3) not null,
     by text not null
   )`,
  'create index model_alias_change_alias on model_alias_change (project, model, alias, id)',
];

type Moved = Pick<AliasChange, 'at' | 'by'>;

export async function findAliases(
  db: Database,
  project: string,
  models: readonly string[],
): Promise<readonly ModelAlias[]> {
  return db.query<ModelAlias>(
    'select project, model, alias, number from model_alias where project = $1 and model = any($2) order by model, alias',
    [project, models],
  );
}

/** Moves an alias; answers the number that it named before. Where that is the same one, nothing is kept. */
export async function saveAlias(
  em: EntityManager,
  { project, model, alias, number }: ModelAlias,
  moved: Moved,
): Promise<number | null> {
  const [before] = await em.execute<{ number: number }[]>(
    'select number from model_alias where project = ? and model = ? and alias = ? for update',
    [project, model, alias],
  );
  if (before?.number === number) return number;
  await em.execute(
    `insert into model_alias (project, model, alias, number) values (?, ?, ?, ?)
     on conflict (project, model, alias) do update set number = excluded.number`,
    [project, model, alias, number],
  );
  await keepChange(em, { project, model, alias, number, ...moved });
  return before?.number ?? null;
}

/** Forgets an alias; answers the number that it named. */
export async function deleteAlias(
  em: EntityManager,
  { project, model, alias }: Omit<ModelAlias, 'number'>,
  moved: Moved,
): Promise<number | undefined> {
  const [gone] = await em.execute<{ number: number }[]>(
    'delete from model_alias where project = ? and model = ? and alias = ? returning number',
    [project, model, alias],
  );
  if (gone) await keepChange(em, { project, model, alias, number: null, ...moved });
  return gone?.number;
}

export async function deleteAliasesOf(
  em: EntityManager,
  { project, model, number }: VersionKey,
  moved: Moved,
): Promise<void> {
  const gone = await em.execute<{ alias: string }[]>(
    'delete from model_alias where project = ? and model = ? and number = ? returning alias',
    [project, model, number],
  );
  for (const { alias } of gone) await keepChange(em, { project, model, alias, number: null, ...moved });
}

/** Newest first, below the number of `after`; one more than asked for. */
export async function aliasChanges(
  db: Database,
  { project, model, alias }: Omit<ModelAlias, 'number'>,
  { first, after }: PageRequest,
): Promise<readonly AliasChange[]> {
  const [below] = after ?? [];
  const rows = await db.query<Omit<AliasChange, 'at'> & { ms: number }>(
    `select id, number, ${msOf('at')} as ms, by from model_alias_change
     where project = $1 and model = $2 and alias = $3 and ($4::int is null or id < $4) order by id desc limit $5`,
    [project, model, alias, below ?? null, first + 1],
  );
  return rows.map(({ ms, ...row }) => ({ ...row, at: new Date(ms) }));
}

type Kept = Omit<ModelAlias, 'number'> & Omit<AliasChange, 'id'>;

async function keepChange(em: EntityManager, { project, model, alias, number, at, by }: Kept): Promise<void> {
  await em.execute('insert into model_alias_change (project, model, alias, number, at, by) values (?, ?, ?, ?, ?, ?)', [
    project,
    model,
    alias,
    number,
    at,
    by,
  ]);
}
