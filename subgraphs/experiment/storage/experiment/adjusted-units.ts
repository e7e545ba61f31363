import type { Adjusted, Adjustment } from '../../domain/experiment/adjustment.ts';
import { metricKey } from '../../domain/experiment/measured.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import { COVARIATE_SUMS, covariateMomentsOf, type CovariateSumsRow } from '../metric/answer.ts';
import { binding, type Bind } from '../metric/unit-sums.ts';
import { unitValuesSql, type AnswersOfRevision } from '../metric/unit-values.ts';
import { DAY, type DaySums } from './day-sum.ts';
import type { PrimarySource } from './primary-units.ts';

type ByArm = Readonly<Record<string, Adjusted>>;

interface Row extends CovariateSumsRow {
  readonly day: string;
  readonly arm: string;
  readonly stratum: string;
}

/** What units say by a metric, or whether they convert, apart by stratum and with what was known of them before. */
export function adjustedSource(
  days: DaySums,
  of: AnswersOfRevision,
  metric: MetricUse | null,
  { stratum, covariate }: Adjustment,
): PrimarySource {
  const isShare = metric === null;
  const what = `${JSON.stringify([metric ? metricKey(metric) : 'converts', stratum, covariate?.event, covariate?.days])} adjusted`;
  const none: Adjusted = { isShare, strata: {} };
  const read = (values: unknown[], few: boolean): { readonly sql: string; readonly bind: Bind } => {
    const bind = binding(values);
    const counted = metric ? `${unitValuesSql(of, { metrics: [metric], few }, bind)}${VALUED}` : CONVERTED;
    const known = covariate
      ? `coalesce((select sum(e.value) from unit_event e where e.project = $1 and e.name = ${bind(covariate.event)}
           and e.unit_field = ${bind(of.unit)} and e.unit = c.unit and (e.trust = 'server' or e.trust = $4)
           and e.occurred_at < u.first_exposure_at
           and e.occurred_at >= u.first_exposure_at - make_interval(secs => ${bind(covariate.days)} * 86400)), 0)`
      : '0';
    const name = stratum === null ? null : bind(stratum);
    const value =
      name === null
        ? `''`
        : `coalesce((select a.segments->>${name} from answer a where a.project = $1 and a.holder = $6 and a.revision = $3
             and a.trust = $4 and a.unit = c.unit and a.segments ? ${name} order by a.answered_at, a.prediction_id limit 1), '')`;
    const sql = `${counted}, adjusted as (
        select c.day, c.arm, c.unit, c.x, c.y, u.first_exposure_at, (${known})::float8 as c, ${value} as stratum
        from valued c join unit u on (u.project, u.experiment, u.revision, u.trust, u.unit) = ($1, $2, $3, $4, c.unit)
      )`;
    return { sql, bind };
  };
  const own = (wanted: readonly string[]): unknown[] => [
    of.project,
    of.experiment,
    of.revision,
    of.trust,
    wanted,
    of.holder,
  ];
  return {
    none,
    days: () =>
      days.read<ByArm>(what, {}, async (client, { days: wanted, few }) => {
        const values = own(wanted);
        const { sql } = read(values, few);
        const { rows } = await client.query<Row>(
          `${sql} select day::text as day, arm, stratum, ${COVARIATE_SUMS} from adjusted group by day, arm, stratum`,
          values,
        );
        const found = Map.groupBy(rows, ({ day }) => day);
        return new Map(
          [...found].map(([day, its]) => {
            const arms = Map.groupBy(its, ({ arm }) => arm);
            return [day, Object.fromEntries([...arms].map(([arm, cells]) => [arm, adjustedOf(isShare, cells)]))];
          }),
        );
      }),
    first: async ({ arm, day, units }) => {
      const [found] = await days.read<Adjusted>(
        `first ${units} of ${arm} by ${what}`,
        none,
        async (client, { few }) => {
          const values = own([day]);
          const { sql, bind } = read(values, few);
          const { rows } = await client.query<Row>(
            `${sql}, first as (
               select stratum, x, y, c from adjusted where arm = ${bind(arm)}
               order by first_exposure_at, md5(unit) limit (${bind(units)})::bigint
             ) select stratum, ${COVARIATE_SUMS} from first group by stratum`,
            values,
          );
          return new Map([[day, adjustedOf(isShare, rows)]]);
        },
        day,
      );
      return found?.sums ?? none;
    },
  };
}

/** Units that have a value of the metric. */
const VALUED = `, valued as (select day, arm, unit, x0 as x, y0 as y from counted where x0 is not null and y0 is not null)`;

/** Units with an outcome; 1 where one of theirs is positive. The holder, $6, is bound in any case. */
const CONVERTED = `with valued as (
    select ${DAY} as day, arm, unit, 1::float8 as x, (sum > 0)::int::float8 as y from unit
    where project = $1 and experiment = $2 and revision = $3 and trust = $4 and ${DAY} = any($5::date[])
      and $6::text is not null and not multiple and first_exposure_at is not null and n > 0
  )`;

const adjustedOf = (isShare: boolean, rows: readonly Row[]): Adjusted => ({
  isShare,
  strata: Object.fromEntries(rows.map((row) => [row.stratum, covariateMomentsOf(row)])),
});
