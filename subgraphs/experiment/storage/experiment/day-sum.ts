import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import type { Trust } from '../../domain/trust.ts';

/**
 * Sums of the units that were first exposed on one day (UTC). Whatever changes a unit raises the version of its day; sums of
 * another version than their day's are computed again when they are next asked for, and those of all other days stand.
 */
export const daySumSql: readonly string[] = [
  `create table unit_day (
     project text not null,
     experiment text not null,
     revision bigint not null,
     trust text not null,
     day date not null,
     version bigint not null,
     primary key (project, experiment, revision, trust, day)
   )`,
  `create table day_sum (
     project text not null,
     experiment text not null,
     revision bigint not null,
     trust text not null,
     day date not null,
     what text not null,
     version bigint not null,
     sums jsonb not null,
     primary key (project, experiment, revision, trust, day, what)
   )`,
];

/** The day to which a row of `unit` belongs. */
export const DAY = "((first_exposure_at at time zone 'UTC')::date)";

export interface RevisionOf {
  readonly project: string;
  readonly experiment: string;
  readonly revision: number;
  readonly trust: Trust;
}

/** Sums of the days of these units must be computed again; units that met no arm yet belong to no day. */
export async function touchDays(
  em: EntityManager,
  units: readonly (RevisionOf & { readonly unit: string })[],
): Promise<void> {
  if (units.length === 0) return;
  const keys = units.map(({ project, experiment, revision, trust, unit }) => ({
    project,
    experiment,
    revision,
    trust,
    unit,
  }));
  await em.execute(
    `insert into unit_day as held (project, experiment, revision, trust, day, version)
     select project, experiment, revision, trust, ${DAY} as day, 1
     from (
       select distinct project, experiment, revision, trust, unit
       from jsonb_to_recordset(?::jsonb) as f(project text, experiment text, revision bigint, trust text, unit text)
     ) touched
     join unit using (project, experiment, revision, trust, unit)
     where first_exposure_at is not null
     group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
     on conflict (project, experiment, revision, trust, day) do update set version = held.version + 1`,
    [JSON.stringify(keys)],
  );
}

/** Computes what one day, or several of them, come to. */
export type SumDays<Sums> = (client: PoolClient, days: readonly string[]) => Promise<ReadonlyMap<string, Sums>>;

export interface DaySum<Sums> {
  /** ISO 8601. */
  readonly day: string;
  readonly sums: Sums;
}

interface Fresh {
  readonly day: string;
  readonly what: string;
  readonly version: string;
  readonly sums: unknown;
}

/** The sums of one revision by day, all of the same moment. */
export class DaySums {
  readonly #client: PoolClient;
  readonly #of: readonly unknown[];
  readonly fresh: Fresh[] = [];

  constructor(client: PoolClient, { project, experiment, revision, trust }: RevisionOf) {
    this.#client = client;
    this.#of = [project, experiment, revision, trust];
  }

  /** By day; days whose sums do not stand are computed, all in one go. `only` narrows to one day. */
  async read<Sums>(what: string, empty: Sums, compute: SumDays<Sums>, only?: string): Promise<readonly DaySum<Sums>[]> {
    const { rows } = await this.#client.query<{ day: string; version: string; sums: Sums | null }>(
      `select d.day::text as day, d.version, s.sums
       from unit_day d left join day_sum s on (s.project, s.experiment, s.revision, s.trust, s.day, s.version) =
         (d.project, d.experiment, d.revision, d.trust, d.day, d.version) and s.what = $5
       where d.project = $1 and d.experiment = $2 and d.revision = $3 and d.trust = $4
         and ($6::date is null or d.day = $6::date)
       order by d.day`,
      [...this.#of, what, only ?? null],
    );
    const stale = rows.filter(({ sums }) => sums === null);
    if (stale.length === 0) return rows.map(({ day, sums }) => ({ day, sums: sums ?? empty }));
    const computed = await compute(
      this.#client,
      stale.map(({ day }) => day),
    );
    for (const { day, version } of stale) this.fresh.push({ day, what, version, sums: computed.get(day) ?? empty });
    return rows.map(({ day, sums }) => ({ day, sums: sums ?? computed.get(day) ?? empty }));
  }
}

/** Reads sums by day as they were at one moment, and keeps those that had to be computed. */
export async function readDays<T>(pool: Pool, of: RevisionOf, read: (sums: DaySums) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const sums = new DaySums(client, of);
  try {
    await client.query('begin isolation level repeatable read read only');
    // Tables that grew faster than their statistics are taken for tiny: row by row these joins would take for ever.
    await client.query('set local enable_nestloop to off');
    const found = await read(sums);
    await client.query('commit');
    await keep(client, of, sums.fresh);
    client.release();
    return found;
  } catch (error) {
    // The transaction may be open still: a connection in that state goes to nobody.
    client.release(true);
    throw error;
  }
}

/** Of two readers the one that saw more keeps what it computed. */
async function keep(
  client: PoolClient,
  { project, experiment, revision, trust }: RevisionOf,
  fresh: readonly Fresh[],
): Promise<void> {
  if (fresh.length === 0) return;
  await client.query(
    `insert into day_sum as held (project, experiment, revision, trust, day, what, version, sums)
     select $1, $2, $3, $4, day, what, version, sums
     from jsonb_to_recordset($5::jsonb) as f(day date, what text, version bigint, sums jsonb)
     order by day, what
     on conflict (project, experiment, revision, trust, day, what) do update
     set version = excluded.version, sums = excluded.sums where excluded.version > held.version`,
    [project, experiment, revision, trust, JSON.stringify(fresh)],
  );
}
