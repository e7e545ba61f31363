import type { PoolClient } from 'pg';
import { mergeCoMoments, NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import { metricKey } from '../../domain/experiment/measured.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import type { DaySum, DaySums, SumDays, Wanted } from '../experiment/day-sum.ts';
import { coMomentsOf, SUMS, type SumsRow } from './answer.ts';
import { binding } from './unit-sums.ts';
import { unitValuesSql, type AnswersOfRevision } from './unit-values.ts';

export type ByArm<T> = Readonly<Record<string, T>>;

/** n, meanX, meanY, m2X, m2Y, mXY: with their names, sums of many cells would be read twice as long. */
type Packed = readonly [number, number, number, number, number, number];

/** Sums by arm within each value of a segment; of all units under one empty value. */
type Cells = Readonly<Record<string, ByArm<Packed>>>;

const ALL = '';
const unpack = ([n, meanX, meanY, m2X, m2Y, mXY]: Packed): CoMoments => ({ n, meanX, meanY, m2X, m2Y, mXY });
const pack = ({ n, meanX, meanY, m2X, m2Y, mXY }: CoMoments): Packed => [n, meanX, meanY, m2X, m2Y, mXY];
const unpackArms = (arms: ByArm<Packed>): ByArm<CoMoments> =>
  Object.fromEntries(Object.entries(arms).map(([arm, sums]) => [arm, unpack(sums)]));

export interface Measuring {
  readonly metrics: readonly MetricUse[];
  /** Segments of the recipe within whose values the same is summed, of each unit that of its first answer. */
  readonly segments: readonly string[];
}

/** What units say within one value of a segment. */
export interface SegmentSums {
  readonly segment: string;
  readonly value: string;
  readonly arms: ByArm<CoMoments>;
}

export interface MeasuredUnits {
  /** By day of first exposure. */
  readonly days: (metric: MetricUse) => readonly DaySum<ByArm<CoMoments>>[];
  readonly all: (metric: MetricUse) => ByArm<CoMoments>;
  /** null: of units with an outcome, 1 of those that convert. */
  readonly segments: (metric: MetricUse | null) => readonly SegmentSums[];
}

const nameOf = (metric: MetricUse | null, segment?: string): string =>
  `${metric === null ? 'share' : `metric ${metricKey(metric)}`}${segment === undefined ? '' : ` by ${segment}`}`;

/** All metrics, over all units and within segments, by one reading of the days whose sums do not stand. */
export async function measureUnits(
  days: DaySums,
  of: AnswersOfRevision,
  { metrics, segments }: Measuring,
): Promise<MeasuredUnits> {
  const asked = [...metrics, ...(segments.length > 0 ? [null] : [])];
  const names = asked.flatMap((metric) => [
    ...(metric === null ? [] : [nameOf(metric)]),
    ...segments.map((segment) => nameOf(metric, segment)),
  ]);
  const found =
    names.length === 0
      ? new Map<string, readonly DaySum<Cells>[]>()
      : await days.readAll<Cells>(names, {}, (client, wanted) => sum(client, of, { metrics, segments }, wanted));
  const partsOf = (name: string): readonly DaySum<Cells>[] => found.get(name) ?? [];
  const byDay = (metric: MetricUse): readonly DaySum<ByArm<CoMoments>>[] =>
    partsOf(nameOf(metric)).map(({ day, sums }) => ({ day, sums: unpackArms(sums[ALL] ?? {}) }));
  return {
    days: byDay,
    all: (metric) => merged(partsOf(nameOf(metric)))[ALL] ?? {},
    segments: (metric) =>
      segments.flatMap((segment) =>
        Object.entries(merged(partsOf(nameOf(metric, segment))))
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([value, arms]) => ({ segment, value, arms })),
      ),
  };
}

/** All days together. */
function merged(parts: readonly DaySum<Cells>[]): Readonly<Record<string, ByArm<CoMoments>>> {
  const cells: Record<string, Record<string, CoMoments>> = {};
  for (const { sums } of parts) {
    for (const [value, arms] of Object.entries(sums)) {
      const cell = (cells[value] ??= {});
      for (const [arm, own] of Object.entries(arms)) {
        cell[arm] = mergeCoMoments(cell[arm] ?? NO_COMOMENTS, unpack(own));
      }
    }
  }
  return cells;
}

interface Row {
  readonly day: string;
  readonly arm: string;
  /** Which segment, and its value: null of units without one. Without segments they are null. */
  readonly segment: number | null;
  readonly value: string | null;
  /** By metric, then the share; `n` is 0 where no unit has a value. */
  readonly sums: readonly (readonly (number | null)[])[];
}

async function sum(
  client: PoolClient,
  of: AnswersOfRevision,
  { metrics, segments }: Measuring,
  { days, few }: Wanted,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Cells>>> {
  const values: unknown[] = [of.project, of.experiment, of.revision, of.trust, days, of.holder];
  const counted = unitValuesSql(of, { metrics, segments, few }, binding(values));
  const share = ['case when n > 0 then 1::float8 end', 'case when n > 0 then (sum > 0)::int::float8 end'] as const;
  const pairs = metrics.map((_, i) => [`x${i}`, `y${i}`] as const);
  const arrays = [...pairs, ...(segments.length > 0 ? [share] : [])].map(
    // Aggregates of the same pair share one state: six figures for the price of one.
    ([x, y]) =>
      `array[${['count', 'avgx', 'avgy', 'sxx', 'syy', 'sxy'].map((name) => `regr_${name}(${y}, ${x})`).join(', ')}]`,
  );
  const { rows } = await client.query<Row>(
    `${counted} select day::text as day, arm, ${grouping(segments, `array_to_json(array[${arrays.join(', ')}]) as sums`)}`,
    values,
  );
  const found = new Map<string, Map<string, Record<string, Record<string, Packed>>>>();
  const add = (name: string, { day, arm }: Row, value: string, own: Packed): void => {
    const ofDays = found.get(name) ?? new Map<string, Record<string, Record<string, Packed>>>();
    const cells = ofDays.get(day) ?? {};
    const cell = (cells[value] ??= {});
    const held = cell[arm];
    cell[arm] = held ? pack(mergeCoMoments(unpack(held), unpack(own))) : own;
    found.set(name, ofDays.set(day, cells));
  };
  for (const row of rows) {
    for (const [i, own] of row.sums.entries()) {
      if (!own[0]) continue;
      const metric = metrics[i] ?? null;
      // Each unit is in one cell of the first segment, be it that without a value.
      if (metric !== null && (row.segment ?? 0) === 0) add(nameOf(metric), row, ALL, own as Packed);
      const segment = row.value === null ? undefined : segments[row.segment ?? 0];
      if (segment !== undefined) add(nameOf(metric, segment), row, row.value ?? ALL, own as Packed);
    }
  }
  return found;
}

/** Sums by day and arm within the values of each segment. Of one segment alone workers can each add up a part. */
function grouping(segments: readonly string[], sums: string): string {
  if (segments.length === 0) return `null::int as segment, null::text as value, ${sums} from counted group by day, arm`;
  if (segments.length === 1) return `0 as segment, s0 as value, ${sums} from counted group by day, arm, s0`;
  const columns = segments.map((_, i) => `s${i}`);
  const which = columns.map((column, i) => `when grouping(${column}) = 0 then ${i}`).join(' ');
  return `case ${which} end as segment, coalesce(${columns.join(', ')}) as value, ${sums}
    from counted group by grouping sets (${columns.map((column) => `(day, arm, ${column})`).join(', ')})`;
}

/** The sums of the first units of an arm among those of one day, by exposure, that have a value. */
export async function firstSums(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse,
  { arm, day, units }: { readonly arm: string; readonly day: string; readonly units: number },
): Promise<CoMoments> {
  const what = `first ${units} of ${arm} by ${metricKey(metric)}`;
  const compute: SumDays<CoMoments> = async (client, { few }) => {
    const values: unknown[] = [of.project, of.experiment, of.revision, of.trust, [day], of.holder];
    const counted = unitValuesSql(of, { metrics: [metric], few }, binding(values));
    const named = `$${values.push(arm)}`;
    const limit = `$${values.push(units)}`;
    const { rows } = await client.query<SumsRow>(
      `${counted}, first as (
         select x0 as x, y0 as y from counted where arm = ${named} and x0 is not null and y0 is not null
         order by first_exposure_at, md5(unit) limit ${limit}
       ) select ${SUMS} from first`,
      values,
    );
    return new Map([[day, coMomentsOf(rows[0])]]);
  };
  const [found] = await days.read(what, NO_COMOMENTS, compute, day);
  return found?.sums ?? NO_COMOMENTS;
}
