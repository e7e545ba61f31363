import { escapeIdentifier, type Client } from 'pg';

/** More than any server counts between the last event of a dump and the dump itself. */
const GAP = 2n ** 32n;

/**
 * Feeds are ordered by the numbers of transactions, and these belong to a server. In another one, where a dump was restored,
 * they begin anew: what is written would sort before what everybody has read, and never be given; what was written last before the
 * dump could not be read for a long time. Numbers then go on behind the newest that is stored.
 */
export async function continueFeeds(client: Client, schema: string): Promise<void> {
  const name = escapeIdentifier(schema);
  const { rows } = await client.query<{ table: string }>(
    `select c.relname as table from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and a.attname = 'xid' and a.atttypid = 'xid8'::regtype`,
    [name],
  );
  const tables = rows.map(({ table }) => `${name}.${escapeIdentifier(table)}`);
  let newest = 0n;
  for (const table of tables) {
    const last = await client.query<{ xid: string }>(`select xid::text from ${table} as t order by t.xid desc limit 1`);
    const xid = BigInt(last.rows[0]?.xid ?? 0);
    if (xid > newest) newest = xid;
  }
  const { rows: starts } = await client.query<{ next: string; offset: string }>(
    `select pg_snapshot_xmax(pg_current_snapshot())::text as next, xid_offset::text as offset from ${name}.feed_start`,
  );
  const [start] = starts;
  if (!start || newest < BigInt(start.next) + BigInt(start.offset)) return;
  const offset = newest + GAP;
  const numbered = `((pg_current_xact_id()::text::numeric + ${offset})::text::xid8)`;
  await client.query(
    [
      `update ${name}.feed_start set xid_offset = ${offset}`,
      ...tables.map((table) => `alter table ${table} alter column xid set default ${numbered}`),
    ].join(';'), // one transaction
  );
}
