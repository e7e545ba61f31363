import type { EntityManager } from '@mikro-orm/postgresql';
import { DAY, touchDays, type RevisionOf } from './day-sum.ts';

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
     -- Added up over its answers, in the order in which they are kept; null where that has not been done.
     sums float8[],
     segments text[],
     primary key (project, experiment, revision, trust, unit)
   )`,
  // The day first: before there are statistics, one that begins as the key does is taken for as good as the key.
  `create index unit_of_day on unit (${DAY}, project, experiment, revision, trust)`,
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

interface OfUnit extends RevisionOf {
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
  // An earlier exposure moves a unit to another day: both change.
  await touchDays(em, exposures);
  await em.execute(
    // Most units meet their arm again and again: what changes nothing is not written.
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
       first_exposure_at = least(held.first_exposure_at, excluded.first_exposure_at)
     where held.first_exposure_at is null
       or (excluded.first_exposure_at, excluded.arm) < (held.first_exposure_at, held.arm)
       or not held.multiple and (excluded.multiple or held.arm <> excluded.arm)`,
    [JSON.stringify(exposures)],
  );
  await touchDays(em, exposures);
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
  await touchDays(em, outcomes);
}
