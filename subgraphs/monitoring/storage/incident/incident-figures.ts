import type { Pool } from 'pg';
import type { IncidentFigures } from '../../domain/incident/figures.ts';
import type { TimeWindow } from '../../domain/time-window.ts';

export interface FiguresFilter extends TimeWindow {
  readonly project: string;
  readonly deployment: string | null;
}

const minutesUntil = (key: 'acknowledgedAt' | 'resolvedAt'): string =>
  `extract(epoch from (document ->> '${key}')::timestamptz - started_at) / 60`;

const ofMinutes = (key: 'acknowledgedAt' | 'resolvedAt', as: string): string =>
  `avg(${minutesUntil(key)})::float8 as "meanMinutesTo${as}",
   percentile_cont(0.5) within group (order by ${minutesUntil(key)})::float8 as "medianMinutesTo${as}"`;

/**
 * Of incidents that began in a time and are part of no other. A step of a ladder has groups of its own, whose key says so by the
 * `!` of its route (`domain/notify/route.ts`).
 */
export async function incidentFigures(pool: Pool, filter: FiguresFilter): Promise<IncidentFigures> {
  const { project, deployment, from, to } = filter;
  const { rows } = await pool.query<IncidentFigures>(
    `with began as (
       select id, started_at, document from incident
       where project = $1 and started_at >= $2 and started_at < $3 and document ->> 'mergedInto' is null
         and ($4::text is null or document @> jsonb_build_object('evidence',
           jsonb_build_array(jsonb_build_object('scope', jsonb_build_object('deployment', $4::text)))))),
     climbed as (
       select distinct listed ->> 'id' as alert from notification n, jsonb_array_elements(n.body -> 'alerts') listed
       where n.project = $1 and n.first_at >= $2 and split_part(n.group_key, ' ', 1) like '%!%'),
     held as (
       select b.*, a.alerts, a.escalated from began b cross join lateral (
         select count(*) as alerts, count(climbed.alert) as escalated
         from incident_alert ia left join climbed using (alert) where ia.project = $1 and ia.incident = b.id) a)
     select count(*)::int as incidents, coalesce(sum(alerts), 0)::int as alerts,
       count(*) filter (where document ->> 'resolution' is not null)::int as judged,
       coalesce(sum(alerts) filter (where (document -> 'resolution' ->> 'falseAlarm')::boolean), 0)::int as "falseAlerts",
       coalesce(sum(alerts) filter (where alerts > 1), 0)::int as "correlatedAlerts",
       coalesce(sum(escalated), 0)::int as "escalatedAlerts",
       ${ofMinutes('acknowledgedAt', 'Acknowledge')},
       ${ofMinutes('resolvedAt', 'Resolve')}
     from held`,
    [project, from, to, deployment],
  );
  const [figures] = rows;
  if (!figures) throw new Error('an aggregate has one row');
  return figures;
}
