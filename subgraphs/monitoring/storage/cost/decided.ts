import type { Pool } from 'pg';
import type { DecidedCount } from '../../domain/cost/cost.ts';
import { POSITIVE_FROM } from '../../domain/quality/performance.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { OUTCOME } from '../record/labelled-window.ts';
import { windowCondition } from '../record/prediction-window.ts';
import { inHashingTransaction } from '../transaction.ts';

/** Answers of a window by release, arm, decision and what they came to. */
export async function countDecided(
  pool: Pool,
  window: PredictionWindow,
): Promise<readonly Omit<DecidedCount, 'prices'>[]> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<Omit<DecidedCount, 'prices' | 'count'> & { count: string }>(
      `select p.release, coalesce(p.arm, '') as arm, p.decision, ${value} >= ${POSITIVE_FROM} as positive,
         count(*)::text as count
       from prediction p ${join} where ${sql} and p.decision is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
      parameters,
    ),
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
