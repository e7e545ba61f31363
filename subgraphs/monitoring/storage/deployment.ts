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

/** What the registry said last of a deployment. */
export async function findOrderedTraffic(pool: Pool, project: string, id: string): Promise<DeploymentSnapshot | null> {
  const { rows } = await pool.query<{ snapshot: DeploymentSnapshot }>(
    'select snapshot from deployment where project = $1 and id = $2',
    [project, id],
  );
  return rows[0]?.snapshot ?? null;
}
