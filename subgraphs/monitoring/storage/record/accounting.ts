import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { NodeCounts } from '../../domain/record/accounting.ts';
import type { Arrival } from '../../domain/record/prediction.ts';
import type { EdgeNode } from '../../domain/node/edge-node.ts';
import { utcDayOf } from '../../domain/time-window.ts';

/** One epoch of a node: what it reported last, and the rows that were stored then and are now. */
export interface EpochTotals {
  readonly epoch: string;
  readonly counts: NodeCounts;
  readonly stored: number;
}

/** Keeps the newest heartbeat of each day, with how many of the epoch's predictions were stored when it came. */
export async function noteHeartbeat(
  em: EntityManager,
  { project, node, trust, epoch, at, counts }: EdgeNode,
): Promise<void> {
  await em.execute(
    `insert into node_day (project, node, epoch, day, at, counts, stored)
     select ?, ?, ?, ?::date, ?::timestamptz, ?::jsonb, coalesce((
       select stored from node_stored where project = ? and node = ? and epoch = ? and trust = ?
     ), 0)
     on conflict (project, node, epoch, day) do update
     set at = excluded.at, counts = excluded.counts, stored = excluded.stored where excluded.at >= node_day.at`,
    [project, node, epoch, utcDayOf(at), at.toISOString(), JSON.stringify(counts), project, node, epoch, trust],
  );
}

interface Row {
  readonly epoch: string;
  readonly counts: NodeCounts;
  readonly stored: string;
}

const toTotals = ({ epoch, counts, stored }: Row): EpochTotals => ({ epoch, counts, stored: Number(stored) });

/** Each epoch's newest heartbeat beside what is stored of it now. */
export async function currentTotals(
  pool: Pool,
  { project, node, trust }: Pick<EdgeNode, 'project' | 'node' | 'trust'>,
): Promise<readonly EpochTotals[]> {
  const { rows } = await pool.query<Row>(
    `select distinct on (d.epoch) d.epoch, d.counts, coalesce(s.stored, 0)::text as stored
     from node_day d
     left join node_stored s on s.project = d.project and s.node = d.node and s.epoch = d.epoch and s.trust = $3
     where d.project = $1 and d.node = $2 order by d.epoch, d.day desc`,
    [project, node, trust],
  );
  return rows.map(toTotals);
}

/** Each epoch's totals at its last heartbeat on or before a UTC day. */
export async function totalsUpTo(
  pool: Pool,
  { project, node }: Pick<EdgeNode, 'project' | 'node'>,
  day: string,
): Promise<readonly EpochTotals[]> {
  const { rows } = await pool.query<Row>(
    `select distinct on (epoch) epoch, counts, stored::text as stored from node_day
     where project = $1 and node = $2 and day <= $3::date order by epoch, day desc`,
    [project, node, day],
  );
  return rows.map(toTotals);
}

/** Counts records that were refused for ever. */
export async function raiseRefusals(
  pool: Pool,
  { project, node, trust, receivedAt }: Arrival,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await pool.query(
    `insert into node_refusal as held (project, node, trust, day, code, count)
     select $1, $2, $3, $4::date, key, value::bigint from jsonb_each_text($5::jsonb) order by key
     on conflict (project, node, trust, day, code) do update set count = held.count + excluded.count`,
    [project, node, trust, utcDayOf(receivedAt), JSON.stringify(counts)],
  );
}

/** Records of a node that were refused for ever, by code; of one day, or of all. */
export async function countRefusals(
  pool: Pool,
  { project, node, trust }: Pick<EdgeNode, 'project' | 'node' | 'trust'>,
  day: string | null,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ code: string; count: string }>(
    `select code, sum(count)::text as count from node_refusal
     where project = $1 and node = $2 and trust = $3 and ($4::date is null or day = $4) group by code order by code`,
    [project, node, trust, day],
  );
  return Object.fromEntries(rows.map(({ code, count }) => [code, Number(count)]));
}
