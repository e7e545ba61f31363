import type { Database } from '../../shared/database/database.ts';
import type { StreamProblem } from '../domain/stream-place.ts';
import type { StreamKey } from './stream-place.ts';

export async function problemOf(db: Database, { project, name }: StreamKey): Promise<StreamProblem | null> {
  const [row] = await db.query<{ problem: string; since: Date; next_try_at: Date }>(
    'select problem, since, next_try_at from stream_problem where project = $1 and stream = $2',
    [project, name],
  );
  return row ? { problem: row.problem, since: row.since, nextTryAt: row.next_try_at } : null;
}

/** The same problem goes on since it began. */
export async function noteProblem(
  db: Database,
  { project, name }: StreamKey,
  { problem, since, nextTryAt }: StreamProblem,
): Promise<void> {
  await db.query(
    `insert into stream_problem as p (project, stream, problem, since, next_try_at) values ($1, $2, $3, $4, $5)
     on conflict (project, stream) do update set problem = excluded.problem, next_try_at = excluded.next_try_at,
       since = case when p.problem = excluded.problem then p.since else excluded.since end`,
    [project, name, problem, since, nextTryAt],
  );
}

export async function clearProblem(db: Database, { project, name }: StreamKey): Promise<void> {
  await db.query('delete from stream_problem where project = $1 and stream = $2', [project, name]);
}
