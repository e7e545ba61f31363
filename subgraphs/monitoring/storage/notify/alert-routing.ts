import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { AlertRouting } from '../../domain/notify/routing.ts';

const COLUMNS = `project, text, routing, revision, at, changed_by as "changedBy"`;
const plain = (row: AlertRouting): AlertRouting => ({ ...row, at: new Date(row.at) });

export async function findRouting(pool: Pool, project: string): Promise<AlertRouting | null> {
  const { rows } = await pool.query<AlertRouting>(`select ${COLUMNS} from alert_routing where project = $1`, [project]);
  return rows[0] ? plain(rows[0]) : null;
}

/** Held until the transaction ends. */
export async function lockRouting(em: EntityManager, project: string): Promise<AlertRouting | null> {
  const [row] = await em.execute<AlertRouting[]>(`select ${COLUMNS} from alert_routing where project = ? for update`, [
    project,
  ]);
  return row ? plain(row) : null;
}

export async function saveRouting(em: EntityManager, routing: AlertRouting): Promise<void> {
  const { project, text, routing: tree, revision, at, changedBy } = routing;
  await em.execute(
    `insert into alert_routing (project, text, routing, revision, at, changed_by) values (?, ?, ?::jsonb, ?, ?, ?)
     on conflict (project) do update set text = excluded.text, routing = excluded.routing, revision = excluded.revision,
       at = excluded.at, changed_by = excluded.changed_by`,
    [project, text, JSON.stringify(tree), revision, at, changedBy],
  );
}

/** Projects that have one. */
export async function routedProjects(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ project: string }>('select project from alert_routing order by project');
  return rows.map(({ project }) => project);
}
