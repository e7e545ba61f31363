import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type * as z from 'zod';
import { DeploymentSnapshot, type AssetEvent } from '../../../schema/event.ts';

/** What the registry said last of a deployment. */
export type OrderedTraffic = z.infer<typeof DeploymentSnapshot>;

/** Keeps the newest snapshot; an older revision changes nothing. */
export async function saveDeployment(em: EntityManager, { project, urn, revision, data }: AssetEvent): Promise<void> {
  await em.execute(
    `insert into deployment (project, id, snapshot, revision) values (?, ?, ?::jsonb, ?)
     on conflict (project, id) do update set snapshot = excluded.snapshot, revision = excluded.revision
     where excluded.revision > deployment.revision`,
    [project, urn, JSON.stringify(DeploymentSnapshot.parse(data)), revision],
  );
}

export async function findOrderedTraffic(pool: Pool, project: string, id: string): Promise<OrderedTraffic | null> {
  const { rows } = await pool.query<{ snapshot: OrderedTraffic }>(
    'select snapshot from deployment where project = $1 and id = $2',
    [project, id],
  );
  return rows[0]?.snapshot ?? null;
}
