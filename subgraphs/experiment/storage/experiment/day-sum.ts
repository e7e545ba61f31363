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
     sums json not null,
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

/** Which days sums are computed of: `few` says that they hold a small part of all units. */
export interface Wanted {
  readonly days: readonly string[];
  readonly few: boolean;
}

/** Computes what one day, or several of them, come to. */
export type SumDays<Sums> = (client: PoolClient, wanted: Wanted) => Promise<ReadonlyMap<string, Sums>>;

/** The same of several sums at once, by their names. */
export type SumAll<Sums> = (
  client: PoolClient,
  wanted: Wanted,
) => Promise<ReadonlyMap<string, ReadonlyMap<string, Sums>>>;

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

interface Kept<Sums> {
  readonly day: string;
  readonly version: string;
  /** Days of the revision. */
  readonly of: number;
  /** By name; null where they do not stand. */
  readonly sums: readonly (Sums | null)[];
}

/** The part of all days up to which units are looked up one by one; of more of them everything is read in one go. */
const FEW = 0.25;

/** The sums of one revision by day, all of the same moment. */
export class DaySums {
  readonly #client: PoolClient;
  readonly #of: readonly unknown[];
  readonly #fresh = new Map<string, Fresh>();

  constructor(client: PoolClient, { project, experiment, revision, trust }: RevisionOf) {
    this.#client = client;
    this.#of = [project, experiment, revision, trust];
  }

  get fresh(): readonly Fresh[] {
    return [...this.#fresh.values()];
  }

  /** By day; days whose sums do not stand are computed, all in one go. `only` narrows to one day. */
  async read<Sums>(what: string, empty: Sums, compute: SumDays<Sums>, only?: string): Promise<readonly DaySum<Sums>[]> {
    const all = await this.readAll<Sums>(
      [what],
      empty,
      async (client, wanted) => new Map([[what, await compute(client, wanted)]]),
      only,
    );
    return all.get(what) ?? [];
  }

  /** As `read`, of several sums that are computed together: one that does not stand on a day has all of that day computed. */
  async readAll<Sums>(
    whats: readonly string[],
    empty: Sums,
    compute: SumAll<Sums>,
    only?: string,
  ): Promise<ReadonlyMap<string, readonly DaySum<Sums>[]>> {
    const days = await this.#kept<Sums>(whats, only);
    const stale = days.filter(({ sums }) => sums.includes(null)).map(({ day }) => day);
    const computed = stale.length === 0 ? null : await this.#compute(compute, stale, days[0]?.of ?? 0);
    const found = new Map<string, DaySum<Sums>[]>(whats.map((what) => [what, []]));
    for (const { day, version, sums } of days) {
      const isStale = sums.includes(null);
      for (const [i, what] of whats.entries()) {
        const own = (isStale ? computed?.get(what)?.get(day) : sums[i]) ?? empty;
        found.get(what)?.push({ day, sums: own });
        if (isStale) this.#fresh.set(JSON.stringify([day, what]), { day, what, version, sums: own });
      }
    }
    return found;
  }

  async #kept<Sums>(whats: readonly string[], only: string | undefined): Promise<readonly Kept<Sums>[]> {
    const { rows } = await this.#client.query<Kept<Sums>>(
      `select d.day::text as day, d.version,
         (select count(*)::int from unit_day where project = $1 and experiment = $2 and revision = $3 and trust = $4) as of,
         (select json_agg(s.sums order by w.at) from unnest($5::text[]) with ordinality w(what, at)
          left join day_sum s on (s.project, s.experiment, s.revision, s.trust, s.day, s.version, s.what) =
            (d.project, d.experiment, d.revision, d.trust, d.day, d.version, w.what)) as sums
       from unit_day d
       where d.project = $1 and d.experiment = $2 and d.revision = $3 and d.trust = $4
         and ($6::date is null or d.day = $6::date)
       order by d.day`,
      [...this.#of, whats, only ?? null],
    );
    return rows.map((row) => ({
      ...row,
      sums: whats.map((what, i) => {
        const own = this.#fresh.get(JSON.stringify([row.day, what]));
        return own ? (own.sums as Sums) : (row.sums[i] ?? null);
      }),
    }));
  }

  async #compute<Sums>(compute: SumAll<Sums>, days: readonly string[], of: number): ReturnType<SumAll<Sums>> {
    // Tables that grew faster than their statistics are taken for tiny: they would be read for each unit again, and sorted to be added up.
    const few = days.length <= of * FEW;
    await this.#client.query(
      `set local enable_nestloop to ${few ? 'on' : 'off'}; set local enable_seqscan to ${few ? 'off' : 'on'};
       set local enable_sort to off; set local work_mem to '${WORK_MEM}'`,
    );
    return compute(this.#client, { days, few });
  }
}

/** Sums of a million units fit, so that they are not written to disk in between. */
const WORK_MEM = '128MB';

/** Reads sums by day as they were at one moment, and keeps those that had to be computed. */
export async function readDays<T>(pool: Pool, of: RevisionOf, read: (sums: DaySums) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const sums = new DaySums(client, of);
  try {
    await client.query('begin isolation level repeatable read read only');
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
     from json_to_recordset($5::json) as f(day date, what text, version bigint, sums json)
     order by day, what
     on conflict (project, experiment, revision, trust, day, what) do update
     set version = excluded.version, sums = excluded.sums where excluded.version > held.version`,
    [project, experiment, revision, trust, JSON.stringify(fresh)],
  );
}
