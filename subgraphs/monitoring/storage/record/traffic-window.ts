import type { Pool } from 'pg';
import { SHORT_SECONDS } from '../../domain/indicators/grid.ts';
import { LATENCY_QUANTILES, type Traffic } from '../../domain/indicators/traffic.ts';

export interface TrafficWindow extends Traffic {
  readonly start: Date;
  readonly modelVersions: readonly string[];
}

interface Row {
  readonly start: Date;
  readonly release: string;
  readonly arm: string;
  readonly answers: string;
  readonly failed: string;
  readonly fallbacks: Readonly<Record<string, number>> | null;
  readonly mean: number | null;
  readonly quantiles: number[] | null;
  readonly versions: string[];
}

/** What answered in windows of five minutes of one deployment, by release and arm, from the records of enrolled nodes. */
export async function readTraffic(
  pool: Pool,
  project: string,
  deployment: string,
  starts: readonly Date[],
): Promise<readonly TrafficWindow[]> {
  const { rows } = await pool.query<Row>({
    name: 'read-traffic',
    text: `with answer as (
       select w.start, p.release, coalesce(p.arm, '') as arm, p.fallback, (p.timings ->> 'total')::float8 as total,
         jsonb_path_exists(p.models, '$[*].failure') as failed
       from unnest($3::timestamptz[]) as w(start) join prediction p on p.project = $1 and p.deployment = $2
         and p.trust = 'server' and p.forced is null
         and p.occurred_at >= w.start and p.occurred_at < w.start + interval '${SHORT_SECONDS} seconds'),
     cause as (
       select start, release, arm, jsonb_object_agg(fallback, n) as fallbacks from (
         select start, release, arm, fallback, count(*) as n from answer where fallback is not null
         group by start, release, arm, fallback) as c group by start, release, arm)
     select a.start, a.release, a.arm, count(*)::text as answers, (count(*) filter (where a.failed))::text as failed,
       (select c.fallbacks from cause c where (c.start, c.release, c.arm) = (a.start, a.release, a.arm)) as fallbacks,
       avg(a.total order by a.total) as mean,
       percentile_disc(array[${LATENCY_QUANTILES.join(', ')}]) within group (order by a.total) as quantiles,
       array(select v.model_version from release_version v
         where v.project = $1 and v.trust = 'server' and v.release = a.release order by v.model_version) as versions
     from answer a group by a.start, a.release, a.arm order by a.start, a.release, a.arm`,
    values: [project, deployment, starts.map((start) => start.toISOString())],
  });
  return rows.map(({ start, release, arm, answers, failed, fallbacks, mean, quantiles, versions }) => ({
    start,
    release,
    arm,
    answers: Number(answers),
    failed: Number(failed),
    fallbacks: fallbacks ?? {},
    latency: mean === null || quantiles === null ? null : { mean, quantiles },
    modelVersions: versions,
  }));
}
