import type { Pool } from 'pg';

/** From when on the events of a name are still there, where older ones were dropped. */
export const keptEventsSql: readonly string[] = [
  `create table unit_event_kept (
     project text not null,
     name text not null,
     since timestamptz(3) not null,
     primary key (project, name)
   )`,
];

export interface EventName {
  readonly project: string;
  readonly name: string;
}

/** The names that have events from before an instant. */
export async function namesBefore(pool: Pool, before: Date): Promise<readonly EventName[]> {
  const { rows } = await pool.query<EventName>(
    'select project, name from unit_event where occurred_at < $1 group by project, name order by project, name',
    [before],
  );
  return rows;
}

/** Deletes this many at once: nobody waits long for a row of them. */
const BATCH = 20_000;

/** Drops the events of a name from before an instant; answers how many. What is gone is noted before the first one goes. */
export async function dropBefore(pool: Pool, { project, name }: EventName, before: Date): Promise<number> {
  await pool.query(
    `insert into unit_event_kept as held (project, name, since)
     select $1, $2, $3 where exists (select from unit_event where project = $1 and name = $2 and occurred_at < $3)
     on conflict (project, name) do update set since = greatest(held.since, excluded.since)`,
    [project, name, before],
  );
  for (let dropped = 0; ;) {
    const { rowCount } = await pool.query(
      `delete from unit_event where ctid = any(array(
         select ctid from unit_event where project = $1 and name = $2 and occurred_at < $3 limit ${BATCH}))`,
      [project, name, before],
    );
    dropped += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return dropped;
  }
}

/** By name, of the names of one project whose older events were dropped. */
export async function keptSince(pool: Pool, project: string): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await pool.query<{ readonly name: string; readonly since: Date }>(
    'select name, since from unit_event_kept where project = $1 order by name',
    [project],
  );
  return new Map(rows.map(({ name, since }) => [name, since]));
}
