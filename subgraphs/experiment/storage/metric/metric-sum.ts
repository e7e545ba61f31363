import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import { emptySketch, mergeSketches, sketchQuantile, type DdSketch } from '../../../../core/sketch/ddsketch.ts';
import { metricKey, type ArmSums } from '../../domain/experiment/measured.ts';
import type { MetricDefinition, MetricUse } from '../../domain/metric/metric.ts';
import { coMomentsOf, SUMS, type SumsRow } from './answer.ts';
import { DAY, type DaySum, type DaySums, type RevisionOf, type SumDays } from '../experiment/day-sum.ts';
import { labelledSql, measureSql, partsOf } from './metric-sql.ts';

type ByArm<T> = Readonly<Record<string, T>>;

/** The answers of one revision, and the holder under which they came. */
export interface AnswersOfRevision extends RevisionOf {
  readonly holder: string;
  /** The input field whose value is the unit. */
  readonly unit: string;
}

/** What the units of each arm say of one metric on each day of their first exposure. */
export function metricDays(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
): Promise<readonly DaySum<ByArm<CoMoments>>[]> {
  return days.read(`metric ${metricKey(metric)}`, {}, sumDays(of, metric));
}

/** All days together: the sums of units and, of a QUANTILE, its value. */
export async function metricSums(days: DaySums, of: AnswersOfRevision, metric: MetricUse): Promise<ByArm<ArmSums>> {
  const parts = await metricDays(days, of, metric);
  const sketches = metric.definition.kind === 'QUANTILE' ? await sketchDays(days, of, metric) : {};
  const arms = [...new Set(parts.flatMap(({ sums }) => Object.keys(sums)))];
  return Object.fromEntries(
    arms.map((arm) => {
      const sums = parts.reduce((all, { sums: own }) => mergeCoMoments(all, own[arm] ?? NO_COMOMENTS), NO_COMOMENTS);
      const sketch = sketches[arm];
      return [arm, { sums, quantile: sketch ? sketchQuantile(sketch, metric.definition.quantile ?? 0) : null }];
    }),
  );
}

const OF = 'project = $1 and experiment = $2 and revision = $3 and trust = $4';
const keyOf = ({ project, experiment, revision, trust }: RevisionOf): unknown[] => [
  project,
  experiment,
  revision,
  trust,
];

/** The answers of the units of some days; those that met several arms count in none. Binds $5 as days and $6 as holder. */
const answersSql = (labelled: string): string => `
  units as (
    select unit, arm, ${DAY} as day from unit
    where ${OF} and ${DAY} = any($5::date[]) and not multiple and first_exposure_at is not null
  ), valued as (
    select u.day, u.arm, u.unit, a.score, a.latency_ms, a.fallback, ${labelled} as value
    from units u join answer a using (unit)
    where a.project = $1 and a.holder = $6 and a.revision = $3 and a.trust = $4 and a.answered_at is not null
  )`;

/** x and y of each unit of some days, as `counted`. */
export function unitValuesSql(
  of: AnswersOfRevision,
  definition: MetricDefinition,
  bind: (value: number | string) => string,
): string {
  if (definition.event !== null) return eventValuesSql(of, definition, definition.event, bind);
  const { x, y, labelled } = partsOf(definition, bind);
  return `with ${answersSql(labelled)}, measured as (
      select day, arm, unit, (${x})::float8 as x, (${y})::float8 as y from valued
    ), summed as (
      select day, arm, unit, sum(x) as x, sum(y) as y from measured where x is not null and y is not null
      group by day, arm, unit
    ), counted as (select day, arm, unit, ${definition.kind === 'COUNT' ? '1::float8' : 'x'} as x, y from summed)`;
}

/** As `unitValuesSql`, of pushed events since the first exposure: a unit without any has the value 0. */
function eventValuesSql(
  { unit }: AnswersOfRevision,
  { kind, positiveFrom, lowest, highest, attributionHours }: MetricDefinition,
  event: string,
  bind: (value: number | string) => string,
): string {
  // A value that is bound and not used has no type: each is bound where it is needed.
  const counts = (): string => `count(e.id) filter (where e.value >= ${bind(positiveFrom ?? 0)})`;
  const clamped = (): string => {
    const ceiled =
      highest === null ? 'coalesce(sum(e.value), 0)' : `least(${bind(highest)}, coalesce(sum(e.value), 0))`;
    return lowest === null ? ceiled : `greatest(${bind(lowest)}, ${ceiled})`;
  };
  const y = kind === 'COUNT' ? counts() : kind === 'PROPORTION' ? `(${counts()} > 0)::int` : clamped();
  const until =
    attributionHours === null
      ? ''
      : `and e.occurred_at <= u.first_exposure_at + make_interval(secs => ${bind(attributionHours)} * 3600)`;
  return `with units as (
      select unit, arm, ${DAY} as day, first_exposure_at from unit
      where ${OF} and ${DAY} = any($5::date[]) and $6::text is not null and not multiple and first_exposure_at is not null
    ), counted as (
      select u.day, u.arm, u.unit, 1::float8 as x, (${y})::float8 as y
      from units u left join unit_event e on e.project = $1 and e.name = ${bind(event)} and e.unit_field = ${bind(unit)}
        and e.unit = u.unit and (e.trust = 'server' or e.trust = $4) and e.occurred_at >= u.first_exposure_at ${until}
      group by u.day, u.arm, u.unit
    )`;
}

/** Binds further values of a query, each by its type. */
export const binding =
  (values: unknown[]) =>
  (value: number | string): string =>
    `$${values.push(value)}::${typeof value === 'number' ? 'float8' : 'text'}`;

const sumDays =
  (of: AnswersOfRevision, { definition }: MetricUse): SumDays<ByArm<CoMoments>> =>
  async (client, days) => {
    const values: unknown[] = [...keyOf(of), days, of.holder];
    const counted = unitValuesSql(of, definition, binding(values));
    const { rows } = await client.query<SumsRow & { readonly day: string; readonly arm: string }>(
      `${counted} select day::text as day, arm, ${SUMS} from counted group by day, arm`,
      values,
    );
    return byDay(rows, coMomentsOf);
  };

/** The sums of the first units of an arm among those of one day, by exposure, that have a value. */
export async function firstSums(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
  { arm, day, units }: { readonly arm: string; readonly day: string; readonly units: number },
): Promise<CoMoments> {
  const what = `first ${units} of ${arm} by ${metricKey(metric)}`;
  const compute: SumDays<CoMoments> = async (client) => {
    const values: unknown[] = [...keyOf(of), [day], of.holder];
    const counted = unitValuesSql(of, metric.definition, binding(values));
    const named = `$${values.push(arm)}`;
    const limit = `$${values.push(units)}`;
    const { rows } = await client.query<SumsRow>(
      `${counted}, first as (
         select c.x, c.y from counted c
         join unit u on (u.project, u.experiment, u.revision, u.trust, u.unit) = ($1, $2, $3, $4, c.unit)
         where c.arm = ${named} order by u.first_exposure_at, md5(c.unit) limit ${limit}
       ) select ${SUMS} from first`,
      values,
    );
    return new Map([[day, coMomentsOf(rows[0])]]);
  };
  const [found] = await days.read(what, NO_COMOMENTS, compute, day);
  return found?.sums ?? NO_COMOMENTS;
}

function byDay<Row extends { readonly day: string; readonly arm: string }, T>(
  rows: readonly Row[],
  valueOf: (row: Row) => T,
): ReadonlyMap<string, ByArm<T>> {
  const days = Map.groupBy(rows, ({ day }) => day);
  return new Map([...days].map(([day, own]) => [day, Object.fromEntries(own.map((row) => [row.arm, valueOf(row)]))]));
}

/** How far a quantile may be from the value of its rank, as a share of it. */
const ACCURACY = 0.005;
const LN_GAMMA = Math.log((1 + ACCURACY) / (1 - ACCURACY));

/** Sign, bin and count. */
type Bins = readonly (readonly [number, number, number])[];

/** The answers of each arm as a sketch, merged from its days. */
async function sketchDays(days: DaySums, of: AnswersOfRevision, metric: MetricUse): Promise<ByArm<DdSketch>> {
  const parts = await days.read<ByArm<Bins>>(`sketch ${metricKey(metric)}`, {}, binDays(of, metric));
  const merged: Record<string, DdSketch> = {};
  for (const { sums } of parts) {
    for (const [arm, bins] of Object.entries(sums)) {
      merged[arm] = mergeSketches(merged[arm] ?? emptySketch(ACCURACY), sketchOf(bins));
    }
  }
  return merged;
}

function sketchOf(bins: Bins): DdSketch {
  const of = (wanted: number): Map<number, number> =>
    new Map(bins.filter(([sign]) => sign === wanted).map(([, bin, count]) => [bin, count]));
  return { relativeAccuracy: ACCURACY, positive: of(1), negative: of(-1), zeros: of(0).get(0) ?? 0 };
}

const binDays =
  (of: AnswersOfRevision, { definition }: MetricUse): SumDays<ByArm<Bins>> =>
  async (client, days) => {
    const values: unknown[] = [...keyOf(of), days, of.holder];
    const labelled = labelledSql(definition.attributionHours, (value) => `$${values.push(value)}::float8`);
    const width = `$${values.push(LN_GAMMA)}::float8`;
    const { rows } = await client.query<{ readonly day: string; readonly arm: string; readonly bins: Bins }>(
      `with ${answersSql(labelled)}, measured as (
         select day, arm, (${measureSql(definition.measure)})::float8 as v from valued
       ), binned as (
         select day, arm, sign(v)::int as sign, case when v = 0 then 0 else ceil(ln(abs(v)) / ${width})::int end as bin,
           count(*) as count
         from measured where v is not null group by 1, 2, 3, 4
       )
       select day::text as day, arm, jsonb_agg(jsonb_build_array(sign, bin, count)) as bins from binned group by day, arm`,
      values,
    );
    return byDay(rows, ({ bins }) => bins);
  };
