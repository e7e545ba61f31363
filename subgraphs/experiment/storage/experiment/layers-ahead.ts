import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { LayerAhead } from '../../../../schema/event.ts';
import type { TrafficAhead } from '../../domain/experiment/client-feature.ts';

export const layersAheadSql: readonly string[] = [
  `create table layers_ahead (
     project text not null,
     deployment text not null,
     traffic_revision bigint not null,
     layers jsonb not null,
     primary key (project, deployment)
   )`,
];

/** What decides about a deployment's traffic before its split does; older news change nothing. */
export async function saveLayersAhead(
  em: EntityManager,
  { project, deployment }: { readonly project: string; readonly deployment: string },
  { trafficRevision, layers }: TrafficAhead,
): Promise<void> {
  await em.execute(
    `insert into layers_ahead as held (project, deployment, traffic_revision, layers) values (?, ?, ?, ?::jsonb)
     on conflict (project, deployment) do update
     set traffic_revision = excluded.traffic_revision, layers = excluded.layers
     where held.traffic_revision < excluded.traffic_revision`,
    [project, deployment, trafficRevision, JSON.stringify(layers)],
  );
}

/** By deployment. */
export async function readLayersAhead(
  pool: Pool,
  project: string,
  deployments: readonly string[],
): Promise<ReadonlyMap<string, TrafficAhead>> {
  const { rows } = await pool.query<{ deployment: string; revision: string; layers: readonly LayerAhead[] }>(
    `select deployment, traffic_revision as revision, layers from layers_ahead
     where project = $1 and deployment = any($2::text[])`,
    [project, deployments],
  );
  return new Map(
    rows.map(({ deployment, revision, layers }) => [deployment, { trafficRevision: Number(revision), layers }]),
  );
}
