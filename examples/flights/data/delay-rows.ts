import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../shared/duck.ts';

/** Which flights an airport's share is about: those that left it, or those bound for it. */
export type Side = 'origin' | 'destination';

/** When airports tell their late share: at each full hour, of the last three hours. */
export const PUBLICATION = { everyMinutes: 60, windowMinutes: 180 } as const;

const STEPS = PUBLICATION.windowMinutes / PUBLICATION.everyMinutes;

/**
 * Writes, from the table `flight`, the late share of each airport as it was published and as it was corrected later.
 *
 * At each full hour (event time) an airport publishes what it knows at that moment (created = event time): the late share
 * among the flights whose outcome became known in the last three hours. When the last of the flights that *departed* in
 * those three hours is down, their late share is published as a correction (created = the next full hour, and not before
 * the next publication). Both have the same event time. A join by event time alone takes the correction, and with it
 * outcomes of flights that were still in the air; a join that asks what was known takes the first publication.
 *
 * An hour is written if it, or the one before, has flights to tell of: the row after the last one says null of 0. Where the
 * table ends at `until`, so do the rows: those of later hours would lack flights.
 */
export async function writeDelayRows(
  duck: DuckDBConnection,
  side: Side,
  path: string,
  until: string | null = null,
): Promise<void> {
  await duck.run(
    `copy (
       with counted as (
         select ${side}, ${stepEnd('known_at', 'after')} as step, count(*) as known, count_if(late) as known_late,
           0 as departed, 0 as departed_late, null as last_known
         from flight group by all
         union all
         select ${side}, ${stepEnd('departure', 'from')}, 0, 0, count(*), count_if(late), max(${stepEnd('known_at', 'after')})
         from flight group by all
       ),
       known_delay as (
         select ${side}, step + later as event_step,
           ${sumInWindow('known')}, ${sumInWindow('known_late')},
           ${sumInWindow('departed')}, ${sumInWindow('departed_late')},
           greatest(event_step + 1, max(last_known) filter (later < ${STEPS})) as complete_step
         from counted, range(${STEPS + 1}) as steps(later) group by ${side}, event_step
       )
       select ${side}, ${instantOf('event_step')} as event_time, ${instantOf('created_step')} as created,
         late / nullif(flights, 0) as late_share_3h, flights as flights_3h
       from (
         select ${side}, event_step, event_step as created_step, known_late as late, known as flights from known_delay
         union all
         select ${side}, event_step, complete_step, departed_late, departed from known_delay
         where departed <> known or departed_late <> known_late
       )
       ${until === null ? '' : `where event_time < timestamptz '${until} 00:00:00+00'`}
       order by created, event_time, ${side}
     ) to ${sqlText(path)} (format parquet, compression zstd)`,
  );
}

const STEP_MICROS = PUBLICATION.everyMinutes * 60_000_000;

/** The hour's end as a number since 1970; what happens on the full hour itself counts `after` to it, `from` to the next. */
const stepEnd = (instant: string, rule: 'from' | 'after'): string =>
  `(epoch_us(${instant}) - ${rule === 'after' ? 1 : 0}) // ${STEP_MICROS} + 1`;

const instantOf = (step: string): string => `cast(make_timestamp(${step} * ${STEP_MICROS}) as timestamptz)`;

const sumInWindow = (column: string): string =>
  `cast(coalesce(sum(${column}) filter (later < ${STEPS}), 0) as bigint) as ${column}`;
