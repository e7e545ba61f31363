import type { Pool } from 'pg';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import { releasesRunning } from './release-version.ts';

/** The condition on `prediction p` that a window stands for, from parameter $1 on. What testers forced is left out. */
export function windowCondition(window: PredictionWindow): { readonly sql: string; readonly parameters: unknown[] } {
  const { project, deployment, trust, from, to, modelVersion, arm, layer, variant } = window;
  return {
    sql: `p.project = $1 and p.deployment = $2 and p.trust = $3 and p.occurred_at >= $4 and p.occurred_at < $5
      and p.forced is null
      and ($6::text is null or p.release in (${releasesRunning({ project: '$1', trust: '$3', version: '$6' })}))
      and ($7::text is null or p.arm = $7)
      and ($8::text is null or p.layer = $8)
      and ($9::text is null or p.variant = $9)`,
    parameters: [project, deployment, trust, from, to, modelVersion, arm, layer, variant],
  };
}

/** The score that a window is about: the answer's, or what the version that it is narrowed to said. */
export const SCORE = `case when $6::text is null then p.score else
  (select (m ->> 'score')::float8 from jsonb_array_elements(p.models) as t(m) where m ->> 'version' = $6 limit 1) end`;

/** Keeps one row of `stride`, chosen by its id: the same rows at each reading, whatever else is stored. */
export const sampled = (stride: number): string =>
  stride <= 1 ? 'true' : `(hashtextextended(p.id::text, 0) & 9223372036854775807) % ${Math.ceil(stride)} = 0`;

export interface WindowTotals {
  readonly rows: number;
  readonly fallbacks: number;
}

export async function countWindow(pool: Pool, window: PredictionWindow): Promise<WindowTotals> {
  const { sql, parameters } = windowCondition(window);
  const { rows } = await pool.query<{ rows: string; fallbacks: string }>(
    `select count(*)::text as rows, count(p.fallback)::text as fallbacks from prediction p where ${sql}`,
    parameters,
  );
  return { rows: Number(rows[0]?.rows ?? 0), fallbacks: Number(rows[0]?.fallbacks ?? 0) };
}

/** In which part of a window a prediction lies, from 0, where $10 are the starts of parts that follow each other. */
export const PART = 'width_bucket(p.occurred_at, $10::timestamptz(3)[]) - 1';
export const startsOf = (parts: readonly TimeWindow[]): readonly Date[] => parts.map(({ from }) => from);

/** The predictions in each part of a window; parts follow each other and cover it. */
export async function countParts(
  pool: Pool,
  window: PredictionWindow,
  parts: readonly TimeWindow[],
): Promise<readonly number[]> {
  const { sql, parameters } = windowCondition(window);
  const { rows } = await pool.query<{ part: number; rows: string }>(
    `select ${PART} as part, count(*)::text as rows from prediction p where ${sql} group by part`,
    [...parameters, startsOf(parts)],
  );
  const found = new Map(rows.map(({ part, rows: count }) => [part, Number(count)]));
  return parts.map((_, part) => found.get(part) ?? 0);
}

/** How the answers of a window spread over layers and segments: `DEFAULT`, `VARIANT country=DE`; the most common first. */
export async function mixOfWindow(pool: Pool, window: PredictionWindow): Promise<Readonly<Record<string, number>>> {
  const { sql, parameters } = windowCondition(window);
  const { rows } = await pool.query<{ name: string; rows: string }>(
    `select concat_ws(' ', coalesce(p.layer, 'NONE'), p.variant) as name, count(*)::text as rows from prediction p
     where ${sql} group by name order by count(*) desc, name limit 100`,
    parameters,
  );
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, Number(count)]));
}

/** Whether anything was ever stored for the deployment before an instant. */
export async function hasPredictions(pool: Pool, window: PredictionWindow): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from prediction_hour where project = $1 and deployment = $2 and trust = $3 and first_at < $4 limit 1`,
    [window.project, window.deployment, window.trust, window.to],
  );
  return rows.length > 0;
}
