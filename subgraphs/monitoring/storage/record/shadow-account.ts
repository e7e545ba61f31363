import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Heartbeat, ShadowCounts } from '../../../../schema/telemetry.ts';
import type { EdgeNode } from '../../domain/node/edge-node.ts';
import type { Trust } from '../../domain/trust.ts';

/** Keeps the newest counts of each run of a node: a run begins with its process. */
export async function noteShadows(
  em: EntityManager,
  { project, node, trust, at }: Pick<EdgeNode, 'project' | 'node' | 'trust' | 'at'>,
  shadows: Heartbeat['shadows'],
): Promise<void> {
  if (!shadows || shadows.counts.length === 0) return;
  await em.execute(
    `insert into shadow_account (project, holder, holder_revision, node, since, trust, at, counts)
     select ?, holder, "holderRevision", ?, ?, ?, ?,
       jsonb_build_object('chosen', chosen, 'recorded', recorded, 'queued', queued, 'dropped', dropped, 'failed', failed)
     from jsonb_to_recordset(?::jsonb) as c(holder text, "holderRevision" bigint, chosen bigint, recorded bigint,
       queued bigint, dropped jsonb, failed jsonb)
     on conflict (project, holder, holder_revision, node, since) do update
     set at = excluded.at, counts = excluded.counts where excluded.at >= shadow_account.at`,
    [project, node, shadows.since, trust, at.toISOString(), JSON.stringify(shadows.counts)],
  );
}

/** What each run of each node said last of some shadows. */
export async function findShadowRuns(
  pool: Pool,
  { project, trust }: { readonly project: string; readonly trust: Trust },
  holders: readonly string[],
): Promise<readonly { readonly holder: string; readonly node: string; readonly counts: ShadowCounts }[]> {
  const { rows } = await pool.query<{ holder: string; node: string; counts: ShadowCounts }>(
    `select holder, node, counts from shadow_account
     where project = $1 and trust = $2 and holder = any($3::text[]) order by holder, node, since`,
    [project, trust, holders],
  );
  return rows;
}
