import type { MetricDefinition } from '../../domain/metric/metric.ts';
import { DAY, type RevisionOf } from '../experiment/day-sum.ts';
import { ONE, partsOf } from './metric-sql.ts';

/** The answers of one revision, and the holder under which they came. */
export interface AnswersOfRevision extends RevisionOf {
  readonly holder: string;
  /** The input field whose value is the unit. */
  readonly unit: string;
}

/** Binds further values of a query, each by its type; the same value is bound once. */
export type Bind = (value: number | string) => string;

export function binding(values: unknown[]): Bind {
  const known = new Map<number | string, string>();
  return (value) => {
    const bound = known.get(value) ?? `$${values.push(value)}::${typeof value === 'number' ? 'float8' : 'text'}`;
    known.set(value, bound);
    return bound;
  };
}

/** What is read of each unit: metrics as x0, y0, x1, y1, …, and the values of segments as s0, s1, … */
export interface UnitValues {
  readonly metrics: readonly MetricDefinition[];
  readonly segments?: readonly string[];
  /** Whether what each unit did is looked up; else all of the revision is read in one go. */
  readonly few: boolean;
}

/** The units of some days, those that met several arms left out. Binds $1 to $4, and $5 as days. */
export const UNITS = `units as not materialized (
    select unit, arm, ${DAY} as day, first_exposure_at, n, sum from unit
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
  const answers = metrics.flatMap((definition, i) =>
    definition.event === null ? answerColumns(definition, i, bind) : [],
  );
  const extremes = segments.map((segment, i) => {
    const value = `a.segments->>${bind(segment)} collate "C"`;
    return `min(${value}) as low${i}, max(${value}) as high${i}`;
  });
  const tables: string[] = [];
  const columns: string[] = [];
  const joins: string[] = [];
  if (answers.length + segments.length > 0) {
    const read = `select ${few ? '' : 'a.unit, '}${[...answers.map(({ sql }) => sql), ...extremes].join(', ')} from answer a
      where ${ANSWERS} and a.answered_at is not null`;
    if (few) joins.push(`left join lateral (${read} and a.unit = u.unit) answered on true`);
    else {
      tables.push(`answered as (${read} group by a.unit)`);
      joins.push('left join answered on answered.unit = u.unit');
    }
    columns.push(...answers.flatMap(({ names }) => names), ...segments.map((one, i) => segmentColumn(bind(one), i)));
  }
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
      from units u ${joins.join(' ')}
    )`;
}

interface Columns {
  readonly sql: string;
  readonly names: readonly string[];
}

/** Sums of a unit's answers that have both a numerator and a denominator. */
function answerColumns(definition: MetricDefinition, i: number, bind: Bind): Columns[] {
  const { x, y, read } = partsOf(definition, bind);
  const [below, above] =
    x === ONE
      ? [`nullif(count(${read}), 0)::float8`, `sum((${y})::float8)`]
      : [
          `sum(case when (${y}) is not null then (${x})::float8 end)`,
          `sum(case when (${x}) is not null then (${y})::float8 end)`,
        ];
  const divisor = `answered.x${i}`;
  const own = definition.kind === 'COUNT' ? `case when ${divisor} is not null then 1::float8 end` : divisor;
  return [{ sql: `${below} as x${i}, ${above} as y${i}`, names: [`${own} as x${i}`, `answered.y${i} as y${i}`] }];
}

/** The value of a unit's first answer that has one: nearly all units have the same in all of theirs. */
const segmentColumn = (segment: string, i: number): string =>
  `case when low${i} is null or low${i} = high${i} then low${i} else (
     select a.segments->>${segment} from answer a where ${ANSWERS} and a.unit = u.unit and a.answered_at is not null
       and a.segments ? ${segment} order by a.answered_at, a.prediction_id limit 1) end as s${i}`;

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
function eventReads(of: AnswersOfRevision, metrics: readonly MetricDefinition[], bind: Bind): EventRead[] {
  const sums = metrics.flatMap((definition, i) => sumsOfEvents(definition, i, bind));
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
