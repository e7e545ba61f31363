import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import { ARCHIVE_KINDS, type ArchiveKind, type DayCounts } from '../../domain/retention/archive.ts';
import { ARCHIVED } from './columns.ts';

const FETCHED_AT_ONCE = 2_000;

/** The condition that a row is of a day. */
const ofDay = (kind: ArchiveKind, day: string): string =>
  `${ARCHIVED[kind].at} >= ${escapeLiteral(day)}::date::timestamp at time zone 'UTC'
   and ${ARCHIVED[kind].at} < (${escapeLiteral(day)}::date + 1)::timestamp at time zone 'UTC'`;

/** One state of the database for all that is read, which no row may be added to. */
export const beginSnapshot = async (client: PoolClient): Promise<void> => {
  await client.query('begin isolation level repeatable read read only');
};

/**
 * How often rows of a day were written, as Postgres counts for its statistics: a moment late, and anew after a crash. The same
 * number as before says that it is not worth counting.
 */
export async function writesOfDay(pool: Pool, day: string): Promise<number> {
  const names = ARCHIVE_KINDS.map((kind) => `${ARCHIVED[kind].table}_${day.replaceAll('-', '')}`);
  const { rows } = await pool.query<{ writes: string }>(
    `select coalesce(sum(n_tup_ins + n_tup_upd), 0)::text as writes from pg_stat_all_tables
     where schemaname = 'monitoring' and relname = any($1::text[])`,
    [names],
  );
  return Number(rows[0]?.writes ?? 0);
}

/** How many rows a day has. */
export async function countDay(client: Pool | PoolClient, day: string): Promise<DayCounts> {
  const { rows } = await client.query<Record<ArchiveKind, string>>(
    `select ${ARCHIVE_KINDS.map((kind) => `(select count(*) from ${ARCHIVED[kind].table} where ${ofDay(kind, day)}) as "${kind}"`).join(', ')}`,
  );
  const countOf = (kind: ArchiveKind): number => Number(rows[0]?.[kind] ?? 0);
  return {
    PREDICTION: countOf('PREDICTION'),
    OUTCOME: countOf('OUTCOME'),
    OUTCOME_RECORD: countOf('OUTCOME_RECORD'),
    SHADOW: countOf('SHADOW'),
  };
}

/** Whose records a day has, in order. */
export async function projectsOfDay(client: PoolClient, day: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ project: string }>(
    `select distinct project from prediction where ${ofDay('PREDICTION', day)} order by project`,
  );
  return rows.map(({ project }) => project);
}

/** The rows of a project's day as lines of JSON, some at a time. */
export async function* dayLines(
  client: PoolClient,
  kind: ArchiveKind,
  project: string,
  day: string,
): AsyncGenerator<readonly string[]> {
  const { table, order, columns } = ARCHIVED[kind];
  const read = Object.entries(columns).map(([name, type]) => (type === 'VARCHAR' ? `${name}::text` : name));
  // Cursors take no parameters.
  await client.query(
    `declare day_rows no scroll cursor for select row_to_json(t)::text as line from (
       select ${read.join(', ')} from ${table} where project = ${escapeLiteral(project)} and ${ofDay(kind, day)}
       order by ${order}) as t`,
  );
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${FETCHED_AT_ONCE} from day_rows`);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await client.query('close day_rows');
}
