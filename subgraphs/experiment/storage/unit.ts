import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { ArmCounts, UnitCounts } from '../domain/result.ts';
import type { ArmName } from '../domain/split.ts';
import type { Trust } from '../domain/trust.ts';

/** One unit in one revision of an experiment, as seen by one class of trust. */
export const unitSql: readonly string[] = [
  `create table unit (
     project text not null,
     experiment text not null,
     revision bigint not null,
     trust text not null,
     unit text not null,
     arm text,
     first_exposure_at timestamptz(3),
     multiple boolean not null default false,
     n bigint not null default 0,
     sum bigint not null default 0,
     primary key (project, experiment, revision, trust, unit)
   )`,
  // What each prediction of a unit came to: a corrected outcome moves its unit's sum by the difference.
  `create table unit_outcome (
     project text not null,
     experiment text not null,
     revision bigint not null,
     trust text not null,
     unit text not null,
     prediction_id uuid not null,
     positive boolean not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     primary key (project, experiment, revision, trust, unit, prediction_id)
   )`,
];

interface OfUnit {
  readonly project: string;
  readonly experiment: string;
  readonly revision: number;
  readonly trust: Trust;
  readonly unit: string;
}

export interface UnitExposure extends OfUnit {
  readonly arm: string;
  readonly occurredAt: string;
}

export interface UnitOutcome extends OfUnit {
  readonly predictionId: string;
  readonly positive: boolean;
  readonly occurredAt: string;
  readonly receivedAt: string;
}

/** A unit belongs to the arm that it met first; one that meets another as well is marked, whatever the order. */
export async function addExposures(em: EntityManager, exposures: readonly UnitExposure[]): Promise<void> {
  if (exposures.length === 0) return;
  await em.execute(
    `insert into unit as held (project, experiment, revision, trust, unit, arm, first_exposure_at, multiple)
     select project, experiment, revision, trust, unit, (array_agg(arm order by "occurredAt", arm))[1],
       min("occurredAt"), count(distinct arm) > 1
     from jsonb_to_recordset(?::jsonb) as f(project text, experiment text, revision bigint, trust text, unit text,
       arm text, "occurredAt" timestamptz)
     group by project, experiment, revision, trust, unit
     order by project, experiment, revision, trust, unit
     on conflict (project, experiment, revision, trust, unit) do update
     set multiple = held.multiple or excluded.multiple or (held.arm is not null and held.arm <> excluded.arm),
       arm = case when held.first_exposure_at is null
           or (excluded.first_exposure_at, excluded.arm) < (held.first_exposure_at, held.arm)
         then excluded.arm else held.arm end,
       first_exposure_at = least(held.first_exposure_at, excluded.first_exposure_at)`,
    [JSON.stringify(exposures)],
  );
}

/** The newest outcome of a prediction holds, in whatever order they come; its unit is counted anew. */
export async function addOutcomes(em: EntityManager, outcomes: readonly UnitOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const facts = JSON.stringify(outcomes);
  await em.execute(
    `insert into unit_outcome as held
       (project, experiment, revision, trust, unit, prediction_id, positive, occurred_at, received_at)
     select distinct on (project, experiment, revision, trust, unit, "predictionId") project, experiment, revision,
       trust, unit, "predictionId", positive, "occurredAt", "receivedAt"
     from jsonb_to_recordset(?::jsonb) as f(project text, experiment text, revision bigint, trust text, unit text,
       "predictionId" uuid, positive boolean, "occurredAt" timestamptz, "receivedAt" timestamptz)
     order by project, experiment, revision, trust, unit, "predictionId", "occurredAt" desc, "receivedAt" desc
     on conflict (project, experiment, revision, trust, unit, prediction_id) do update
     set positive = excluded.positive, occurred_at = excluded.occurred_at, received_at = excluded.received_at
     where (excluded.occurred_at, excluded.received_at) > (held.occurred_at, held.received_at)`,
    [facts],
  );
  await em.execute(
    `insert into unit (project, experiment, revision, trust, unit, n, sum)
     select o.project, o.experiment, o.revision, o.trust, o.unit, count(*), count(*) filter (where o.positive)
     from (
       select distinct project, experiment, revision, trust, unit
       from jsonb_to_recordset(?::jsonb) as f(project text, experiment text, revision bigint, trust text, unit text)
     ) touched
     join unit_outcome o using (project, experiment, revision, trust, unit)
     group by o.project, o.experiment, o.revision, o.trust, o.unit
     order by o.project, o.experiment, o.revision, o.trust, o.unit
     on conflict (project, experiment, revision, trust, unit) do update set n = excluded.n, sum = excluded.sum`,
    [facts],
  );
}

type UnitSize = Readonly<Record<ArmName, number>>;

interface CountRow {
  readonly arm: string;
  readonly exposed: string;
  readonly labelled: string;
  readonly converted: string;
  readonly multiple: string;
  readonly planned: string;
  readonly plannedConverted: string;
}

const NONE: ArmCounts = { exposed: 0, labelled: 0, converted: 0, planned: { labelled: 0, converted: 0 } };

/**
 * The units of one revision, by arm; those that met both arms are counted apart. The planned ones are, of each arm's units
 * with an outcome, the first `size` by exposure: by the outcome's arrival, conversions would come before the rest.
 */
export async function countUnits(
  pool: Pool,
  { project, experiment, revision, trust }: Omit<OfUnit, 'unit'>,
  size: UnitSize,
): Promise<UnitCounts> {
  const { rows } = await pool.query<CountRow>(
    `select arm, count(*) filter (where not multiple) as exposed,
       count(*) filter (where not multiple and n > 0) as labelled,
       count(*) filter (where not multiple and sum > 0) as converted,
       count(*) filter (where multiple) as multiple, count(*) filter (where place <= size) as planned,
       count(*) filter (where place <= size and sum > 0) as "plannedConverted"
     from (
       select arm, multiple, n, sum,
         case arm when 'control' then $5::bigint else $6::bigint end as size,
         case when n > 0 and not multiple then
           row_number() over (partition by arm, n > 0 and not multiple order by first_exposure_at, md5(unit)) end as place
       from unit
       where project = $1 and experiment = $2 and revision = $3 and trust = $4 and first_exposure_at is not null
     ) units
     group by arm`,
    [project, experiment, revision, trust, size.control, size.candidate],
  );
  const counts = new Map(
    rows.map(({ arm, exposed, labelled, converted, planned, plannedConverted }) => [
      arm,
      {
        exposed: Number(exposed),
        labelled: Number(labelled),
        converted: Number(converted),
        planned: { labelled: Number(planned), converted: Number(plannedConverted) },
      },
    ]),
  );
  return {
    control: counts.get('control') ?? NONE,
    candidate: counts.get('candidate') ?? NONE,
    multipleExposure: rows.reduce((sum, { multiple }) => sum + Number(multiple), 0),
  };
}
