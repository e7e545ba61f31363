import type { Pool } from 'pg';
import { POSITIVE_FROM, type LabelledScores, type WindowCounts } from '../../domain/quality/performance.ts';
import type { ScoredValues } from '../../domain/quality/regression.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { PART, sampled, SCORE, startsOf, windowCondition } from './prediction-window.ts';
import { inHashingTransaction } from '../transaction.ts';

/** Pairs of score and label held in memory at once; more are sampled. */
export const MAX_PAIRS = 500_000;

/** The outcome in force beside its prediction: a server's alone counts for a server's prediction. */
export const OUTCOME: Readonly<Record<Trust, { readonly join: string; readonly value: string }>> = {
  server: {
    join: `left join outcome o on o.project = p.project and o.prediction_id = p.id and o.prediction_at = p.occurred_at
      and o.trust = 'server'`,
    value: 'o.value',
  },
  device: {
    join: `left join outcome o on o.project = p.project and o.prediction_id = p.id and o.prediction_at = p.occurred_at
        and o.trust = 'server'
      left join outcome d on d.project = p.project and d.prediction_id = p.id and d.prediction_at = p.occurred_at
        and d.trust = 'device'`,
    value: 'coalesce(o.value, d.value)',
  },
};

/** How many scored predictions a window holds, and how many of them have an outcome. */
export async function countLabelled(pool: Pool, window: PredictionWindow): Promise<WindowCounts> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<{ predictions: string; labelled: string }>(
      `select count(*)::text as predictions, count(${value})::text as labelled
       from prediction p ${join} where ${sql} and ${SCORE} is not null`,
      parameters,
    ),
  );
  return { predictions: Number(rows[0]?.predictions ?? 0), labelled: Number(rows[0]?.labelled ?? 0) };
}

/** The scores and outcomes of a window; a sample, chosen by id, where there are more than memory should hold. */
export async function readScoredValues(
  pool: Pool,
  window: PredictionWindow,
  { labelled }: WindowCounts,
): Promise<ScoredValues> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<{ scores: number[] | null; values: number[] | null }>(
      `select array_agg(${SCORE}) as scores, array_agg(${value}) as values
       from prediction p ${join}
       where ${sql} and ${SCORE} is not null and ${value} is not null and ${sampled(labelled / MAX_PAIRS)}`,
      parameters,
    ),
  );
  return { scores: rows[0]?.scores ?? [], values: rows[0]?.values ?? [] };
}

/** The same, each outcome as a positive or none. */
export async function readLabelled(
  pool: Pool,
  window: PredictionWindow,
  counts: WindowCounts,
): Promise<LabelledScores> {
  const { scores, values } = await readScoredValues(pool, window, counts);
  return { scores, labels: values.map((value) => (value >= POSITIVE_FROM ? 1 : 0)) };
}

/** All scores of a window, with or without an outcome; sampled in the same way. */
export async function readScores(
  pool: Pool,
  window: PredictionWindow,
  { predictions }: WindowCounts,
): Promise<readonly number[]> {
  const { sql, parameters } = windowCondition(window);
  const { rows } = await pool.query<{ scores: number[] | null }>(
    `select array_agg(${SCORE}) as scores from prediction p
     where ${sql} and ${SCORE} is not null and ${sampled(predictions / MAX_PAIRS)}`,
    parameters,
  );
  return rows[0]?.scores ?? [];
}

/** `countLabelled` of each part of a window in one pass; parts follow each other and cover the window. */
export async function countLabelledParts(
  pool: Pool,
  window: PredictionWindow,
  parts: readonly TimeWindow[],
): Promise<readonly WindowCounts[]> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<{ part: number; predictions: string; labelled: string }>(
      `select ${PART} as part, count(*)::text as predictions, count(${value})::text as labelled
       from prediction p ${join} where ${sql} and ${SCORE} is not null group by part`,
      [...parameters, startsOf(parts)],
    ),
  );
  const found = new Map(rows.map(({ part, predictions, labelled }) => [part, { predictions, labelled }]));
  return parts.map((_, part) => ({
    predictions: Number(found.get(part)?.predictions ?? 0),
    labelled: Number(found.get(part)?.labelled ?? 0),
  }));
}

/** The scores of each part of a window with their outcomes as positives or none, all of them, in one pass. */
export async function readLabelledParts(
  pool: Pool,
  window: PredictionWindow,
  parts: readonly TimeWindow[],
): Promise<readonly LabelledScores[]> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  const { rows } = await inHashingTransaction(pool, (client) =>
    client.query<{ part: number; scores: number[]; labels: (0 | 1)[] }>(
      `select ${PART} as part, array_agg(${SCORE}) as scores, array_agg((${value} >= ${POSITIVE_FROM})::int) as labels
       from prediction p ${join} where ${sql} and ${SCORE} is not null and ${value} is not null group by part`,
      [...parameters, startsOf(parts)],
    ),
  );
  const found = new Map(rows.map(({ part, scores, labels }) => [part, { scores, labels }]));
  return parts.map((_, part) => found.get(part) ?? { scores: [], labels: [] });
}
