import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';

/** Which checkpoints the outside receiver has taken. The checkpoints themselves are not in the database. */
export const checkpointSql: readonly string[] = [
  'create table checkpoint_sent (project text primary key, number int not null)',
];

/** Holds a project's checkpoints until the transaction ends: replicas take turns. */
export async function lockCheckpoints(em: EntityManager, project: string): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('tiffin.checkpoint:' || ?, 0))`, [project]);
}

/** Whether this transaction alone sends a project's checkpoints outside. */
export async function lockSending(em: EntityManager, project: string): Promise<boolean> {
  const [row] = await em.execute<{ held: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended('tiffin.checkpoint-sent:' || ?, 0)) as held`,
    [project],
  );
  return row?.held === true;
}

export async function lastSent(db: Database, project: string): Promise<number> {
  const [row] = await db.query<{ number: number }>('select number from checkpoint_sent where project = $1', [project]);
  return row?.number ?? 0;
}

export async function saveSent(db: Database, project: string, number: number): Promise<void> {
  await db.query(
    `insert into checkpoint_sent (project, number) values ($1, $2)
     on conflict (project) do update set number = greatest(checkpoint_sent.number, excluded.number)`,
    [project, number],
  );
}
