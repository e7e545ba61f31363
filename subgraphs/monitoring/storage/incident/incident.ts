import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Incident, IncidentStatus } from '../../domain/incident/incident.ts';

interface Row {
  readonly id: string;
  readonly document: Omit<Incident, 'startedAt' | 'lastAt' | 'acknowledgedAt' | 'resolvedAt'> & {
    readonly startedAt: string;
    readonly lastAt: string;
    readonly acknowledgedAt: string | null;
    readonly resolvedAt: string | null;
  };
}

const timeOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

const plain = ({ document }: Row): Incident => ({
  ...document,
  startedAt: new Date(document.startedAt),
  lastAt: new Date(document.lastAt),
  acknowledgedAt: timeOf(document.acknowledgedAt),
  resolvedAt: timeOf(document.resolvedAt),
});

/** Lets one at a time change the incidents of a project, until the transaction ends. */
export async function lockIncidents(em: EntityManager, project: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`incidents ${project}`]);
}

/** Those that are open, were resolved since an instant, or have one of some alerts. */
export async function recentIncidents(
  em: EntityManager,
  project: string,
  since: Date,
  alerts: readonly string[],
): Promise<readonly Incident[]> {
  const rows = await em.execute<Row[]>(
    `select id, document from incident where project = ? and (status = 'OPEN' or last_at >= ? or id in
       (select a.incident from incident_alert a join jsonb_array_elements_text(?::jsonb) as t(alert) using (alert) where a.project = ?))
     order by started_at, id`,
    [project, since, JSON.stringify(alerts), project],
  );
  return rows.map(plain);
}

export async function saveIncident(em: EntityManager, incident: Incident): Promise<void> {
  const { project, id, status, startedAt, lastAt } = incident;
  await em.execute(
    `insert into incident (project, id, status, started_at, last_at, document) values (?, ?, ?, ?, ?, ?::jsonb)
     on conflict (project, id) do update set status = excluded.status, last_at = excluded.last_at, document = excluded.document`,
    [project, id, status, startedAt, lastAt, JSON.stringify(incident)],
  );
  // Its alerts are in the other one by now.
  if (incident.mergedInto !== null) return;
  await em.execute(
    `insert into incident_alert (project, alert, incident) select ?, a ->> 'alert', ? from jsonb_array_elements(?::jsonb) as t(a)
     on conflict (project, alert) do update set incident = excluded.incident`,
    [project, id, JSON.stringify(incident.evidence)],
  );
}

export async function findIncidents(pool: Pool, project: string, ids: readonly string[]): Promise<readonly Incident[]> {
  const { rows } = await pool.query<Row>('select id, document from incident where project = $1 and id = any($2)', [
    project,
    ids,
  ]);
  return rows.map(plain);
}

/** In which incidents some alerts are, by alert. */
export async function incidentsOfAlerts(
  pool: Pool,
  project: string,
  alerts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ alert: string; incident: string }>(
    'select alert, incident from incident_alert where project = $1 and alert = any($2)',
    [project, alerts],
  );
  return new Map(rows.map(({ alert, incident }) => [alert, incident]));
}

/** Those that stood at some time between two instants, the first first; at most 1,000, the newest. */
export async function incidentsBetween(
  pool: Pool,
  project: string,
  from: Date,
  to: Date,
): Promise<readonly Incident[]> {
  const { rows } = await pool.query<Row>(
    `select id, document from incident where project = $1 and started_at <= $3 and (status = 'OPEN' or last_at >= $2)
     order by started_at desc, id limit 1000`,
    [project, from, to],
  );
  return rows.map(plain).toReversed();
}

export interface IncidentFilter {
  readonly project: string;
  readonly status: IncidentStatus | null;
  readonly deployment: string | null;
  /** Whether only those that nobody is on. */
  readonly isUnacknowledged?: boolean;
}

/** The newest first, one more than asked for. */
export async function listIncidents(
  pool: Pool,
  { project, status, deployment, isUnacknowledged = false }: IncidentFilter,
  { first, after }: PageRequest,
): Promise<readonly Incident[]> {
  const [at = null, id = null] = after ?? [];
  const { rows } = await pool.query<Row>(
    `select id, document from incident where project = $1 and ($2::text is null or status = $2)
       and ($3::text is null or document @> jsonb_build_object('evidence',
         jsonb_build_array(jsonb_build_object('scope', jsonb_build_object('deployment', $3::text)))))
       and ($4::timestamptz is null or (started_at, id) < ($4, $5::text))
       and (not $7::boolean or document ->> 'acknowledgedAt' is null)
     order by started_at desc, id desc limit $6`,
    [project, status, deployment, at, id, first + 1, isUnacknowledged],
  );
  return rows.map(plain);
}
