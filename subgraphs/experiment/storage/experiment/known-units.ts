import type { Pool } from 'pg';
import type { KnownUnit } from '../../domain/experiment/choose-seed.ts';

export interface KnownOf {
  readonly project: string;
  /** The input field whose value is the unit. */
  readonly unit: string;
  /** Pushed events whose values are summed; null: none. */
  readonly event: string | null;
  /** A segment, and whose answers say its values; null: none. */
  readonly segment: string | null;
  readonly holders: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

/** Longer than this nobody waits for a start. */
const MOST_MS = 10_000;

/** What is known of units by records of servers; of more than `most` those with the smallest hashes. */
export async function knownUnits(
  pool: Pool,
  { project, unit, event, segment, holders, from, to }: KnownOf,
  most: number,
): Promise<{ readonly known: readonly KnownUnit[]; readonly sampled: boolean }> {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query(`set local statement_timeout = ${MOST_MS}`);
    const { rows } = await client.query<KnownUnit>(
      `with events as (
         select unit, sum(value)::float8 as value from unit_event
         where project = $1 and name = $2 and unit_field = $3 and trust = 'server' and occurred_at >= $4 and occurred_at < $5
         group by unit
       ), strata as (
         select distinct on (unit) unit, segments->>$6 as stratum from answer
         where project = $1 and holder = any($7::text[]) and trust = 'server' and answered_at >= $4 and answered_at < $5
           and segments ? $6
         order by unit, answered_at desc, prediction_id
       )
       select unit, coalesce(value, 0) as value, coalesce(stratum, '') as stratum
       from events full join strata using (unit)
       order by md5(unit) collate "C", unit collate "C" limit $8`,
      [project, event, unit, from, to, segment, holders, most + 1],
    );
    return { known: rows.slice(0, most), sampled: rows.length > most };
  } finally {
    await client.query('rollback');
    client.release();
  }
}
