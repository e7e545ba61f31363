import { p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import type { JobState } from '../../../core/job-state.ts';
import type { LongWork, WorkActor } from '../domain/long-work.ts';

/** The tables whose rows are long work. */
export type WorkTable = 'materialization' | 'training_set_build';

export const workProperties = () => ({
  project: p.text().primary(),
  key: p.text().primary(),
  actor: p.json<WorkActor>(),
  requestId: p.text(),
  owner: p.text().nullable(),
  attempts: p.integer(),
  state: p.text().$type<JobState>(),
  error: p.text().nullable(),
  eventCursor: p.text().nullable(),
  startedAt: p.datetime(3),
  finishedAt: p.datetime(3).nullable(),
});

/** As the ORM types a row: a nullable column may also be undefined. */
type LooseWork = {
  [Name in keyof LongWork]: null extends LongWork[Name] ? LongWork[Name] | undefined : LongWork[Name];
};

/** The same of a row, as plain values. */
export const workOf = (row: LooseWork): LongWork => ({
  project: row.project,
  key: row.key,
  actor: structuredClone(row.actor),
  requestId: row.requestId,
  owner: row.owner ?? null,
  attempts: row.attempts,
  state: row.state,
  error: row.error ?? null,
  eventCursor: row.eventCursor ?? null,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt ?? null,
});

export const workSql = `
  project text not null, key text not null, actor jsonb not null, request_id text not null, owner text null,
  attempts int not null, state text not null, error text null, event_cursor text null,
  started_at timestamptz(3) not null, finished_at timestamptz(3) null, primary key (project, key)`;

/** Another process has begun the work since: nothing of what this one did counts. */
export class LostWork extends DomainError {
  constructor(key: string) {
    super('CONFLICT', `another process has taken over ${key}`, { key });
  }
}

/** Makes somebody the owner of work that has not ended. Answers null where there is none. */
export async function claimWork(
  em: EntityManager,
  table: WorkTable,
  key: string,
  owner: string,
): Promise<{ readonly project: string; readonly attempts: number } | null> {
  const [row] = await em.execute<{ project: string; attempts: number }[]>(
    `update ${table} set owner = ?, attempts = attempts + 1 where key = ? and state = 'RUNNING' returning project, attempts`,
    [owner, key],
  );
  return row ?? null;
}

/** Holds work until the transaction ends. Throws LostWork where somebody else owns it, or it has ended. */
export async function holdWork(
  em: EntityManager,
  table: WorkTable,
  { key, owner }: Pick<LongWork, 'key' | 'owner'>,
): Promise<void> {
  const rows = await em.execute<unknown[]>(
    `select key from ${table} where key = ? and state = 'RUNNING' and owner is not distinct from ? for update`,
    [key, owner],
  );
  if (rows.length === 0) throw new LostWork(key);
}

/** Gives work back that nobody goes on with here; it counts as never begun. */
export async function releaseWork(em: EntityManager, table: WorkTable, owners: readonly string[]): Promise<void> {
  await em.execute(
    `update ${table} set owner = null, attempts = attempts - 1
     where state = 'RUNNING' and owner in (select jsonb_array_elements_text(?::jsonb))`,
    [JSON.stringify(owners)],
  );
}

/** Work that is to be done, the oldest first. */
export async function unfinishedWork(em: EntityManager, table: WorkTable, limit: number): Promise<string[]> {
  const rows = await em.execute<{ key: string }[]>(
    `select key from ${table} where state = 'RUNNING' order by started_at, key limit ?`,
    [limit],
  );
  return rows.map(({ key }) => key);
}

export async function hasEnded(em: EntityManager, table: WorkTable, key: string): Promise<boolean> {
  return (
    (await em.execute<unknown[]>(`select key from ${table} where key = ? and state <> 'RUNNING'`, [key])).length > 0
  );
}
