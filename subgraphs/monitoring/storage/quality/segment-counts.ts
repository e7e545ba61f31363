import type { Pool } from 'pg';
import { POSITIVE_FROM } from '../../domain/quality/performance.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import type { SegmentCounts, SelectionRule } from '../../domain/quality/fairness.ts';
import { OUTCOME } from '../record/labelled-window.ts';
import { SCORE, windowCondition } from '../record/prediction-window.ts';
import { inHashingTransaction } from '../transaction.ts';

interface Row {
  readonly group: string;
  readonly answers: string;
  readonly selected: string;
  readonly rows: string;
  readonly positives: string;
  readonly hits: string;
  readonly both: string;
}

/** Decisions and outcomes by the values of one segment, the largest groups first; answers without the segment are left out. */
export async function countSegments(
  pool: Pool,
  window: PredictionWindow,
  segment: string,
  { threshold, decisions }: Required<SelectionRule>,
  limit: number,
): Promise<readonly SegmentCounts[]> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const [a, b, c, d] = [1, 2, 3, 4].map((i) => `$${parameters.length + i}`);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<Row>(
      `select "group", count(*)::text as answers, (count(*) filter (where yes))::text as selected,
         count(label)::text as rows, (count(*) filter (where label))::text as positives,
         (count(label) filter (where yes))::text as hits, (count(*) filter (where yes and label))::text as both
       from (select p.segments ->> ${a} as "group", ${value} >= ${POSITIVE_FROM} as label,
           case when ${b}::float8 is null then p.decision = any(${c}::text[]) else ${SCORE} >= ${b}::float8 end as yes
         from prediction p ${join} where ${sql} and p.segments ->> ${a} is not null) as answer
       where yes is not null group by "group" order by count(*) desc, "group" limit ${d}`,
      [...parameters, segment, threshold, decisions, limit],
    ),
  );
  return rows.map(({ group, answers, selected, rows: labelled, positives, hits, both }) => ({
    group,
    answers: Number(answers),
    selected: Number(selected),
    labelled: {
      rows: Number(labelled),
      positives: Number(positives),
      selected: Number(hits),
      truePositives: Number(both),
    },
  }));
}

/** The segments that answers of a window bear, by name. */
export async function segmentNames(pool: Pool, window: PredictionWindow): Promise<readonly string[]> {
  const { sql, parameters } = windowCondition(window);
  const { rows } = await pool.query<{ name: string }>(
    `select distinct jsonb_object_keys(p.segments) as name from prediction p where ${sql} order by name`,
    parameters,
  );
  return rows.map(({ name }) => name);
}
