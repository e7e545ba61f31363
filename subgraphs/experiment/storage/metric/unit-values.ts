import type { MetricDefinition, MetricUse } from '../../domain/metric/metric.ts';
import { DAY, type RevisionOf } from '../experiment/day-sum.ts';
import type { Kept } from '../../domain/experiment/kept.ts';
import { keptPair, keptSegment, sumsSql, type Bind } from './unit-sums.ts';

/** The answers of one revision, and the holder under which they came. */
export interface AnswersOfRevision extends RevisionOf {
  readonly holder: string;
  /** The input field whose value is the unit. */
  readonly unit: string;
  /** What is kept of each unit's answers. */
  readonly kept: Kept;
}

/** What is read of each unit: metrics as x0, y0, x1, y1, …, and the values of segments as s0, s1, … */
export interface UnitValues {
  readonly metrics: readonly MetricUse[];
  readonly segments?: readonly string[];
  /** Whether what each unit did is looked up; else all of the revision is read in one go. */
  readonly few: boolean;
}

/** The units of some days, those that met several arms left out. Binds $1 to $4, and $5 as days. */
export const UNITS = `units as not materialized (
    select unit, arm, ${DAY} as day, first_exposure_at, n, sum, sums, segments from unit
    where project = $1 and experiment = $2 and revision = $3 and trust = $4 and ${DAY} = any($5::date[])
      and $6::text is not null and not multiple and first_exposure_at is not null
  )`;

/** The answers of the revision, as `a`. Binds $6 as holder. */
export const ANSWERS = 'a.project = $1 and a.holder = $6 and a.revision = $3 and a.trust = $4';

/**
 * All values of each unit in one reading, as `counted`: day, arm, unit, first_exposure_at, n, sum and what `UnitValues` names. x and
 * y of a unit that has no value of a metric are null. Binds $1 to $4, $5 as days and $6 as holder.
 */
export function unitValuesSql(of: AnswersOfRevision, { metrics, segments = [], few }: UnitValues, bind: Bind): string {
  const tables: string[] = [];
  const columns: string[] = [];
  const joins: string[] = [];
  for (const [i, metric] of metrics.entries()) {
    if (metric.definition.event !== null) continue;
    const [x, y] = keptPair(of.kept, metric, 'u.sums');
    columns.push(`${x} as x${i}`, `${y} as y${i}`);
  }
  columns.push(...segments.map((segment, i) => `${keptSegment(of.kept, segment, 'u.segments')} as s${i}`));
  const summed = columns.length > 0;
  if (summed) tables.push(summedSql(of, bind));
  for (const { name, sums, when, columns: own } of eventReads(of, metrics, bind)) {
    columns.push(...own);
    if (few) {
      joins.push(`cross join lateral (select ${sums} from unit_event e where e.unit = u.unit and ${when}) ${name}`);
      continue;
    }
    tables.push(
      `${name} as (select u.unit, ${sums} from units u left join unit_event e on e.unit = u.unit and ${when} group by u.unit)`,
    );
    joins.push(`left join ${name} on ${name}.unit = u.unit`);
  }
  return `with ${[UNITS, ...tables].join(', ')}, counted as (
      select ${['u.day', 'u.arm', 'u.unit', 'u.first_exposure_at', 'u.n', 'u.sum', ...columns].join(', ')}
      from ${summed ? 'summed' : 'units'} u ${joins.join(' ')}
    )`;
}

/** Units with their kept sums; where there are none, since facts came before the revision was known, with those of their answers. */
function summedSql({ kept }: AnswersOfRevision, bind: Bind): string {
  const { sums, segments, from } = sumsSql(kept, `${ANSWERS} and a.unit = u.unit`, bind);
  // Without the offset each use of a sum would be one more reading of the answers.
  return `summed as not materialized (
      select u.day, u.arm, u.unit, u.first_exposure_at, u.n, u.sum, coalesce(u.sums, (select ${sums} from ${from})) as sums,
        case when u.sums is null then (select ${segments} from ${from}) else u.segments end as segments
      from units u offset 0
    )`;
}

interface EventRead {
  readonly name: string;
  readonly sums: string;
  /** Which events `e` are those of a unit `u`. */
  readonly when: string;
  readonly columns: readonly string[];
}

/** Which events `e` of a unit `u` count: those since its first exposure, for as long as they are attributed to it. */
export function eventsOfUnit(
  { unit }: AnswersOfRevision,
  { event, attributionHours }: { readonly event: string; readonly attributionHours: number | null },
  bind: Bind,
): string {
  const ends =
    attributionHours === null
      ? ''
      : `and e.occurred_at <= u.first_exposure_at + make_interval(secs => ${bind(attributionHours)} * 3600)`;
  return `e.project = $1 and e.name = ${bind(event)} and e.unit_field = ${bind(unit)}
    and (e.trust = 'server' or e.trust = $4) and e.occurred_at >= u.first_exposure_at ${ends}`;
}

/** Metrics of the same events within the same time read them once; a unit without any has the value 0. */
function eventReads(of: AnswersOfRevision, metrics: readonly MetricUse[], bind: Bind): EventRead[] {
  const sums = metrics.flatMap(({ definition }, i) => sumsOfEvents(definition, i, bind));
  const groups = Map.groupBy(sums, ({ event, attributionHours }) => JSON.stringify([event, attributionHours]));
  return [...groups.values()].map((group, at) => {
    const name = `happened${at}`;
    const { event = '', attributionHours = null } = group[0] ?? {};
    return {
      name,
      sums: group.map(({ as, sql }) => `(${sql})::float8 as ${as}`).join(', '),
      when: eventsOfUnit(of, { event, attributionHours }, bind),
      columns: group.map(({ as }) => `${name}.${as} as ${as}`),
    };
  });
}

interface EventSum {
  readonly event: string;
  readonly attributionHours: number | null;
  readonly as: string;
  readonly sql: string;
}

function sumsOfEvents(definition: MetricDefinition, i: number, bind: Bind): EventSum[] {
  const { kind, event, perEvent, attributionHours } = definition;
  if (event === null) return [];
  const x = kind === 'RATIO' ? 'coalesce(sum(e.value), 0)' : kind === 'QUANTILE' ? 'count(e.id)' : '1';
  return [
    { event: perEvent ?? event, attributionHours, as: `x${i}`, sql: x },
    { event, attributionHours, as: `y${i}`, sql: ofUnit(definition, bind) },
  ];
}

/** What the events of a unit come to. */
function ofUnit({ kind, positiveFrom, ceiling, lowest, highest }: MetricDefinition, bind: Bind): string {
  if (kind === 'QUANTILE') return `count(e.id) filter (where e.value > ${bind(ceiling ?? 0)})`;
  const counts = (): string => `count(e.id) filter (where e.value >= ${bind(positiveFrom ?? 0)})`;
  if (kind === 'COUNT') return counts();
  if (kind === 'PROPORTION') return `(${counts()} > 0)::int`;
  const ceiled = highest === null ? 'coalesce(sum(e.value), 0)' : `least(${bind(highest)}, coalesce(sum(e.value), 0))`;
  return lowest === null ? ceiled : `greatest(${bind(lowest)}, ${ceiled})`;
}
