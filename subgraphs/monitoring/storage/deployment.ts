import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { DeploymentSnapshot, type AssetEvent } from '../../../schema/event.ts';

/** Keeps the newest snapshot; an older revision changes nothing. */
export async function saveDeployment(em: EntityManager, { project, urn, revision, data }: AssetEvent): Promise<void> {
  await em.execute(
    `insert into deployment (project, id, snapshot, revision) values (?, ?, ?::jsonb, ?)
     on conflict (project, id) do update set snapshot = excluded.snapshot, revision = excluded.revision
     where excluded.revision > deployment.revision`,
    [project, urn, JSON.stringify(DeploymentSnapshot.parse(data)), revision],
  );
}

/** Whether the registry has told of a deployment. */
export async function hasDeployment(pool: Pool, project: string, id: string): Promise<boolean> {
  const { rows } = await pool.query('select 1 from deployment where project = $1 and id = $2', [project, id]);
  return rows.length > 0;
}

/** Whether anybody has told of a deployment: the registry, or a node whose records are stored. */
export async function isKnownDeployment(pool: Pool, project: string, id: string): Promise<boolean> {
  const { rows } = await pool.query({
    name: 'deployment_heard_of',
    text: `select 1 where exists (select from deployment where project = $1 and id = $2)
       or exists (select from prediction_hour where project = $1 and deployment = $2)
       or exists (select from profile_hour where project = $1 and deployment = $2)`,
    values: [project, id],
  });
  return rows.length > 0;
}

/** What the registry said last of a deployment. */
export async function findOrderedTraffic(pool: Pool, project: string, id: string): Promise<DeploymentSnapshot | null> {
  const { rows } = await pool.query<{ snapshot: DeploymentSnapshot }>(
    'select snapshot from deployment where project = $1 and id = $2',
    [project, id],
  );
  return rows[0]?.snapshot ?? null;
}
