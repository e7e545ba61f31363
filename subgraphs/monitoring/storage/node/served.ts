import type { Pool } from 'pg';
import type { ServedRelease } from '../../domain/node/served.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { releasesRunning } from '../record/release-version.ts';

/** The releases that answered in a window of whole hours, the latest first. */
export async function servedReleases(
  pool: Pool,
  { project, deployment, trust }: { readonly project: string; readonly deployment: string; readonly trust: Trust },
  { from, to }: TimeWindow,
): Promise<readonly ServedRelease[]> {
  const { rows } = await pool.query<
    Omit<ServedRelease, 'answers' | 'fallbacks'> & { answers: string; fallbacks: string }
  >(
    `select release, sum(answers)::text as answers, sum(fallbacks)::text as fallbacks,
       min(first_at) as "firstAt", max(last_at) as "lastAt",
       array(select v.model_version from release_version v
         where v.project = $1 and v.trust = $3 and v.release = h.release order by v.model_version) as "modelVersions"
     from prediction_hour h
     where project = $1 and deployment = $2 and trust = $3 and hour >= date_trunc('hour', $4::timestamptz) and hour < $5
     group by release order by max(last_at) desc`,
    [project, deployment, trust, from, to],
  );
  return rows.map((row) => ({ ...row, answers: Number(row.answers), fallbacks: Number(row.fallbacks) }));
}

/** Where a model version answered last, and when; null where it never did. */
export async function lastServed(
  pool: Pool,
  project: string,
  modelVersion: string,
): Promise<{ readonly deployment: string; readonly at: Date } | null> {
  const { rows } = await pool.query<{ deployment: string; at: Date }>(
    `select deployment, last_at as at from prediction_hour
     where project = $1 and trust = 'server'
       and release in (${releasesRunning({ project: '$1', trust: "'server'", version: '$2' })})
     order by hour desc, last_at desc limit 1`,
    [project, modelVersion],
  );
  return rows[0] ?? null;
}
