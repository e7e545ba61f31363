import type { MetricDefinition } from '../../domain/metric/metric.ts';
import { measureSql, outcomeSql } from './metric-sql.ts';
import type { Bind } from './unit-sums.ts';
import { ANSWERS, eventsOfUnit, UNITS, type AnswersOfRevision } from './unit-values.ts';

/**
 * Each value of a metric by itself, as `single`: day, arm, unit, first_exposure_at and v, of answers or of pushed events. Binds as
 * `unitValuesSql` does.
 */
export function singleValuesSql(
  of: AnswersOfRevision,
  { measure, event, attributionHours }: MetricDefinition,
  few: boolean,
  bind: Bind,
): string {
  const [table, when, value] =
    event === null
      ? ['answer', `${ANSWERS} and a.answered_at is not null`, measureSql(measure, outcomeSql(attributionHours, bind))]
      : ['unit_event', eventsOfUnit(of, { event, attributionHours }, bind), 'value'];
  // Where few units are read, each is looked up by itself, whatever the planner takes the table for.
  const as = event === null ? 'a' : 'e';
  const joined = few
    ? `cross join lateral (select * from ${table} ${as} where ${as}.unit = u.unit and ${when} offset 0) ${as}`
    : `join ${table} ${as} on ${as}.unit = u.unit and ${when}`;
  return `${UNITS}, single as (
      select * from (select u.day, u.arm, u.unit, u.first_exposure_at, (${value})::float8 as v from units u ${joined}) read
      where v is not null
    )`;
}
