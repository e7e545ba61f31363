import type { EntityManager } from '@mikro-orm/postgresql';
import type { Removed, UnitName } from '../../domain/erasure/unit-erasure.ts';
import { DAY } from '../experiment/day-sum.ts';
import { touchUnits } from '../metric/unit-event.ts';

export interface RowsOf extends UnitName {
  readonly project: string;
  /** Under which rows of units are kept: names of experiments, and keys of holdouts. */
  readonly experiments: readonly string[];
  /** Under which answers are kept: ids of experiments and rollouts. */
  readonly holders: readonly string[];
  /** Pushed events belong to the unit, and to no experiment. */
  readonly withEvents: boolean;
}

interface Gone {
  readonly experiment: string;
  readonly revision: string;
  readonly trust: string;
  readonly day: string | null;
}

/** Deletes what is held of a unit. Its days are summed again, and sums of before go as well: one of a single unit is that unit. */
export async function eraseRows(em: EntityManager, of: RowsOf): Promise<Removed> {
  const { project, unitField, unit, experiments, holders, withEvents } = of;
  await touchUnits(em, project, experiments, [unit]);
  const ofUnit = [project, JSON.stringify(experiments), unit];
  const gone = await em.execute<Gone[]>(
    `delete from unit where project = ? and experiment in (select jsonb_array_elements_text(?::jsonb)) and unit = ?
     returning experiment, revision, trust, ${DAY}::text as day`,
    ofUnit,
  );
  await forgetSums(em, project, gone);
  return {
    units: gone.length,
    outcomes: await countGone(
      em,
      `delete from unit_outcome where project = ? and experiment in (select jsonb_array_elements_text(?::jsonb)) and unit = ?`,
      ofUnit,
    ),
    answers: await countGone(
      em,
      `delete from answer where project = ? and holder in (select jsonb_array_elements_text(?::jsonb)) and unit = ?`,
      [project, JSON.stringify(holders), unit],
    ),
    events: withEvents
      ? await countGone(
          em,
          'delete from unit_event where ctid = any(array(select ctid from unit_event where project = ? and unit_field = ? and unit = ?))',
          [project, unitField, unit],
        )
      : 0,
  };
}

async function countGone(em: EntityManager, statement: string, values: readonly unknown[]): Promise<number> {
  const [row] = await em.execute<{ n: number }[]>(
    `with gone as (${statement} returning 1) select count(*)::int as n from gone`,
    [...values],
  );
  return row?.n ?? 0;
}

/** Counts units that had met an arm, by revision, and drops what their days came to. */
async function forgetSums(em: EntityManager, project: string, gone: readonly Gone[]): Promise<void> {
  const met = JSON.stringify(gone.filter(({ day }) => day !== null));
  const rows = 'jsonb_to_recordset(?::jsonb) as f(experiment text, revision bigint, trust text, day date)';
  await em.execute(
    `insert into erased_count as held (project, experiment, revision, trust, units)
     select ?, experiment, revision, trust, count(*) from ${rows}
     group by experiment, revision, trust order by experiment, revision, trust
     on conflict (project, experiment, revision, trust) do update set units = held.units + excluded.units`,
    [project, met],
  );
  await em.execute(
    `delete from day_sum where project = ? and (experiment, revision, trust, day) in
       (select experiment, revision, trust, day from ${rows})`,
    [project, met],
  );
}
