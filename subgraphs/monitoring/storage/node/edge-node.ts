import { defineEntity, p } from '@mikro-orm/core';
import type { Pool } from 'pg';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { NodeCounts } from '../../domain/record/accounting.ts';
import { isClockWrong, type EdgeNode, type NodeDeployment } from '../../domain/node/edge-node.ts';
import type { Trust } from '../../domain/trust.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';

export const EdgeNodeRow = defineEntity({
  name: 'EdgeNode',
  tableName: 'edge_node',
  primaryKeys: ['project', 'node'],
  properties: {
    project: p.text().primary(),
    node: p.text().primary(),
    trust: p.text().$type<Trust>(),
    epoch: p.text(),
    at: p.datetime(3),
    nodeTime: p.datetime(3),
    clockSkewMs: p.double().$type<number>(),
    receivedAt: p.datetime(3),
    firstSeenAt: p.datetime(3),
    manifestRevision: p.bigint('number'),
    manifestAgeMs: p.double().$type<number>(),
    stale: p.boolean(),
    runtime: p.text(),
    deployments: p.json<readonly NodeDeployment[]>(),
    counts: p.json<NodeCounts>(),
    memory: p.json<NonNullable<EdgeNode['memory']>>().nullable(),
    revision: p.integer(),
  },
});

const plain = plainRow<EdgeNode>;

/** The node as it is known, held against other heartbeats of the same name until the transaction ends. */
export async function lockEdgeNode(em: EntityManager, project: string, node: string): Promise<EdgeNode | null> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`edge-node ${project} ${node}`]);
  const row = await em.findOne(EdgeNodeRow, { project, node });
  return row ? plain(row) : null;
}

export async function saveEdgeNode(em: EntityManager, node: EdgeNode): Promise<void> {
  await em.upsert(EdgeNodeRow, { ...node });
}

export async function findEdgeNodes(
  em: EntityManager,
  project: string,
  nodes: readonly string[],
): Promise<readonly EdgeNode[]> {
  const rows = await em.find(EdgeNodeRow, { project, node: { $in: [...nodes] } });
  return rows.map((row) => plain(row));
}

/** By name, one more than asked for; those that serve one deployment where that is named. */
export async function listEdgeNodes(
  em: EntityManager,
  {
    project,
    deployment,
    isStale = false,
  }: { readonly project: string; readonly deployment: string | null; readonly isStale?: boolean },
  { first, after }: PageRequest,
): Promise<readonly EdgeNode[]> {
  const rows = await em.find(
    EdgeNodeRow,
    {
      project,
      ...(after && { node: { $gt: String(after[0]) } }),
      ...(deployment !== null && { deployments: { $contains: [{ deployment }] } }),
      ...(isStale && { stale: true }),
    },
    { orderBy: { node: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

/** Those of all projects. */
export async function allEdgeNodes(em: EntityManager): Promise<readonly EdgeNode[]> {
  const rows = await em.find(EdgeNodeRow, {});
  return rows.map((row) => plain(row));
}

/** How many nodes of all projects have a wrong clock. */
export async function countWrongClocks(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ skew: number }>('select clock_skew_ms as skew from edge_node');
  return rows.filter(({ skew }) => isClockWrong(skew)).length;
}
