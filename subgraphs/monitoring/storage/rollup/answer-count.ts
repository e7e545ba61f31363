import type { Pool } from 'pg';
import { HOUR_SECONDS, MINUTE_SECONDS } from '../../domain/rollup/rollup.ts';
import { cutsOf } from '../../domain/rollup/series.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import type { WindowTotals } from '../record/prediction-window.ts';

/** A window of a deployment, whole: of all releases and arms. */
export interface CountedWindow extends TimeWindow {
  readonly project: string;
  readonly deployment: string;
  readonly trust: Trust;
}

/**
 * What `countWindow` counts of records, from rollups: by hour and minute, and record by record for what is left at both ends. One
 * statement, so that what is added up meanwhile counts once.
 */
export async function countAnswers(
  pool: Pool,
  window: CountedWindow,
  minutesSince: Date | null,
): Promise<WindowTotals> {
  const { minutesFrom, hoursFrom, hoursTo, minutesTo } = cutsOf(window, minutesSince);
  const whose = 'project = $1 and deployment = $2 and trust = $3';
  const figures = `(figures ->> 'answers')::bigint as rows,
    (select coalesce(sum(n::bigint), 0) from jsonb_each_text(figures -> 'fallbacks') as t(cause, n)) as fallbacks`;
  const record = 'select count(*) as rows, count(fallback) as fallbacks from prediction where forced is null';
  const { rows } = await pool.query<{ rows: string; fallbacks: string }>({
    name: 'count-answers',
    text: `select coalesce(sum(rows), 0)::text as rows, coalesce(sum(fallbacks), 0)::text as fallbacks from (
      select ${figures} from rollup where ${whose} and figures is not null and seconds = ${MINUTE_SECONDS}
        and (start >= $5 and start < $6 or start >= $7 and start < $8)
      union all select ${figures} from rollup where ${whose} and figures is not null and seconds = ${HOUR_SECONDS}
        and start >= $6 and start < $7
      union all select ${figures} from rollup_delta where ${whose} and start >= $5 and start < $8
      union all ${record} and ${whose} and occurred_at >= $4 and occurred_at < $5
      union all ${record} and ${whose} and occurred_at >= $8 and occurred_at < $9) as counted`,
    values: [
      window.project,
      window.deployment,
      window.trust,
      window.from,
      minutesFrom,
      hoursFrom,
      hoursTo,
      minutesTo,
      window.to,
    ],
  });
  return { rows: Number(rows[0]?.rows ?? 0), fallbacks: Number(rows[0]?.fallbacks ?? 0) };
}
