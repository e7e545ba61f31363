import type { EntityManager } from '@mikro-orm/postgresql';
import type { UnitEvent } from '../../../../schema/unit-event.ts';
import type { Trust } from '../../domain/trust.ts';
import { DAY } from '../experiment/day-sum.ts';

/** What units did, as somebody pushed it: whether a unit is in an experiment or not. */
export const unitEventSql: readonly string[] = [
  `create table unit_event (
     project text not null,
     name text not null,
     trust text not null,
     id text not null,
     unit_field text not null,
     unit text not null,
     value double precision not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     primary key (project, name, trust, id)
   )`,
  'create index unit_event_of_unit on unit_event (project, name, unit_field, unit, occurred_at)',
];

interface Pushed {
  readonly project: string;
  readonly trust: Trust;
  readonly events: readonly UnitEvent[];
}

/** Keeps those that are new; an id that is there already stays what it was. Answers with how many were new. */
export async function addUnitEvents(em: EntityManager, { project, trust, events }: Pushed, at: Date): Promise<number> {
  const rows: unknown[] = await em.execute(
    `insert into unit_event (project, name, trust, id, unit_field, unit, value, occurred_at, received_at)
     select distinct on (name, id) ?, name, ?, id, "unitField", unit, value, "occurredAt", ?
     from jsonb_to_recordset(?::jsonb) as f(name text, id text, "unitField" text, unit text, value float8,
       "occurredAt" timestamptz)
     order by name, id
     on conflict (project, name, trust, id) do nothing returning 1`,
    [project, trust, at, JSON.stringify(events)],
  );
  return rows.length;
}

/** The days of these units must be summed again, in whatever experiment of these they are. */
export async function touchUnits(
  em: EntityManager,
  project: string,
  experiments: readonly string[],
  units: readonly string[],
): Promise<void> {
  if (experiments.length === 0 || units.length === 0) return;
  await em.execute(
    `insert into unit_day as held (project, experiment, revision, trust, day, version)
     select project, experiment, revision, trust, ${DAY} as day, 1 from unit
     where project = ? and experiment in (select jsonb_array_elements_text(?::jsonb))
       and unit in (select jsonb_array_elements_text(?::jsonb)) and first_exposure_at is not null
     group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
     on conflict (project, experiment, revision, trust, day) do update set version = held.version + 1`,
    [project, JSON.stringify(experiments), JSON.stringify(units)],
  );
}
