import type { Pool } from 'pg';
import type { CalibratingAnswer } from '../../domain/indicators/estimate.ts';
import type { ScoredRow } from '../../domain/indicators/slices.ts';
import { POSITIVE_FROM } from '../../domain/quality/performance.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { OUTCOME } from './labelled-window.ts';
import { countWindow, sampled, windowCondition } from './prediction-window.ts';
import { inHashingTransaction } from '../transaction.ts';

/** Rows held in memory at once; more are sampled by id. */
const MAX_ROWS = 100_000;

/** The scores of a window's answers, with the arm, the segments, the decision and the outcome of each. */
export async function readScored(pool: Pool, window: PredictionWindow): Promise<readonly ScoredRow[]> {
  const { rows: total } = await countWindow(pool, window);
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<ScoredRow>(
      `select p.score, p.models, p.arm, p.segments, p.decision, ${value} as value
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
): Promise<readonly (CalibratingAnswer & { readonly at: Date })[]> {
  const { rows: total } = await countWindow(pool, window);
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<CalibratingAnswer & { readonly at: Date }>(
      `select p.occurred_at as at, p.score, p.models, (${value} >= ${POSITIVE_FROM})::int as label
       from prediction p ${join} where ${sql} and p.score is not null and ${value} is not null
         and ${sampled(total / MAX_ROWS)} order by p.occurred_at, p.id`,
      parameters,
    ),
  );
  return rows;
}
