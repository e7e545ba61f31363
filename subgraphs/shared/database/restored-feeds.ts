import { DatabaseError, escapeIdentifier, type Client, type QueryResultRow } from 'pg';

const NO_RIGHT = '42501';

/** More transactions than any server has had, so that numbers go on behind whatever was noted of the other one's. */
const GAP = 2n ** 40n;

/**
 * Feeds are ordered by the numbers of transactions, and these belong to a server. In another one, where a dump was restored,
 * they begin anew: what is written would sort before what everybody has read, and never be given; what was written last before the
 * dump could not be read for a long time. Numbers then go on behind all that are stored.
 */
export async function continueFeeds(client: Client, schema: string): Promise<void> {
  const name = escapeIdentifier(schema);
  const server = await serverOf(client);
  const [start] = await rowsOf<{ next: string; offset: string; server: string | null }>(
    client,
    `select pg_snapshot_xmax(pg_current_snapshot())::text as next, xid_offset::text as offset, server from ${name}.feed_start`,
  );
  if (!start) return;
  const tables = await orderedTables(client, name);
  const newest = await newestIn(client, tables);
  const moved = start.server !== null && server !== null && start.server !== server;
  const isAhead = newest >= BigInt(start.next) + BigInt(start.offset);
  const offset = moved || isAhead ? larger(newest, BigInt(start.offset)) + GAP : BigInt(start.offset);
  if (!moved && !isAhead && start.server === server) return;
  const numbered = `((pg_current_xact_id()::text::numeric + ${offset})::text::xid8)`;
  await client.query('begin');
  await client.query(`update ${name}.feed_start set xid_offset = $1, server = $2`, [offset.toString(), server]);
  if (offset > 0n) {
    for (const table of tables) await client.query(`alter table ${table} alter column xid set default ${numbered}`);
  }
  await client.query('commit');
}

/** What tells one server from another, also behind one address; null where the account may not ask. */
async function serverOf(client: Client): Promise<string | null> {
  try {
    const [row] = await rowsOf<{ id: string }>(client, 'select system_identifier::text as id from pg_control_system()');
    return row?.id ?? null;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === NO_RIGHT) return null;
    throw error;
  }
}

/** Every table of the schema whose rows have their place by transaction. */
async function orderedTables(client: Client, name: string): Promise<readonly string[]> {
  const rows = await rowsOf<{ table: string }>(
    client,
    `select c.relname as table from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = '${name}'::regnamespace and c.relkind = 'r' and a.attname = 'xid' and a.atttypid = 'xid8'::regtype`,
  );
  return rows.map(({ table }) => `${name}.${escapeIdentifier(table)}`);
}

async function newestIn(client: Client, tables: readonly string[]): Promise<bigint> {
  let newest = 0n;
  for (const table of tables) {
    const sql = `select xid::text from ${table} as t order by t.xid desc limit 1`;
    const [last] = await rowsOf<{ xid: string }>(client, sql);
    newest = larger(newest, BigInt(last?.xid ?? 0));
  }
  return newest;
}

const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

const rowsOf = async <Row extends QueryResultRow>(client: Client, sql: string): Promise<readonly Row[]> =>
  (await client.query<Row>(sql)).rows;
