import type { Pool } from 'pg';
import type { ScoredRow } from '../../domain/indicators/quality.ts';
import { POSITIVE_FROM } from '../../domain/quality/performance.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { OUTCOME } from './labelled-window.ts';
import { countWindow, sampled, windowCondition } from './prediction-window.ts';
import { inHashingTransaction } from '../transaction.ts';

/** Rows held in memory at once; more are sampled by id. */
const MAX_ROWS = 100_000;

/** The scores of a window's answers, with the arm, the segments and the outcome of each. */
export async function readScored(pool: Pool, window: PredictionWindow): Promise<readonly ScoredRow[]> {
  const { rows: total } = await countWindow(pool, window);
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<ScoredRow>(
      `select p.score, p.models, p.arm, p.segments, (${value} >= ${POSITIVE_FROM})::int as label
       from prediction p ${join} where ${sql} and ${sampled(total / MAX_ROWS)} order by p.occurred_at, p.id`,
      parameters,
    ),
  );
  return rows;
}

/** Answers with an outcome, in their order, with the time of each; a sample by id where there are many. */
export async function readLabelledStream(
  pool: Pool,
  window: PredictionWindow,
): Promise<readonly { readonly at: Date; readonly score: number; readonly label: 0 | 1 }[]> {
  const { rows: total } = await countWindow(pool, window);
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<{ at: Date; score: number; label: 0 | 1 }>(
      `select p.occurred_at as at, p.score, (${value} >= ${POSITIVE_FROM})::int as label
       from prediction p ${join} where ${sql} and p.score is not null and ${value} is not null
         and ${sampled(total / MAX_ROWS)} order by p.occurred_at, p.id`,
      parameters,
    ),
  );
  return rows;
}
