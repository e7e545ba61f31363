import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { Pool } from 'pg';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Labels } from '../../../../core/promql/labels.ts';
import type { AlertSeverity } from '../../domain/alert/alert-rule.ts';
import type { Acknowledgement, Alert, AlertStatus } from '../../domain/alert/alert.ts';
import type { CompositeAlert } from '../../domain/alert/composite.ts';
import type { AlertKey } from '../../domain/ids.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';

export const AlertRow = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  primaryKeys: ['project', 'rule', 'fingerprint', 'activeAt'],
  properties: {
    project: p.text().primary(),
    rule: p.text().primary(),
    fingerprint: p.text().primary(),
    activeAt: p.datetime(3).primary(),
    labels: p.json<Labels>(),
    annotations: p.json<Readonly<Record<string, string>>>(),
    deployment: p.text().nullable(),
    featureView: p.text().nullable(),
    severity: p.text().$type<AlertSeverity>(),
    status: p.text().$type<AlertStatus>(),
    firedAt: p.datetime(3).nullable(),
    endedAt: p.datetime(3).nullable(),
    value: p.double().$type<number>().nullable(),
    evaluatedAt: p.datetime(3),
    silenced: p.boolean(),
    acknowledgement: p.json<StoredAcknowledgement>().nullable(),
    notifiedStatus: p.text().$type<AlertStatus>().nullable(),
    revision: p.integer(),
  },
  indexes: [
    {
      name: 'alert_by_deployment',
      expression:
        'create index "alert_by_deployment" on "monitoring"."alert" ("project", "deployment", "active_at" desc, "rule" desc, "fingerprint" desc)',
    },
    {
      name: 'alert_open',
      expression: `create index "alert_open" on "monitoring"."alert" ("project", "rule") where status in ('PENDING', 'FIRING')`,
    },
  ],
});

type StoredAcknowledgement = Omit<Acknowledgement, 'at' | 'until'> & {
  readonly at: string;
  readonly until: string | null;
};

type StoredAlert = Omit<Alert, 'acknowledgement'> & { readonly acknowledgement: StoredAcknowledgement | null };

function plain(row: Parameters<typeof plainRow<StoredAlert>>[0]): Alert {
  const alert = plainRow<StoredAlert>(row);
  const stored = alert.acknowledgement as StoredAcknowledgement | null | undefined;
  if (!stored) return { ...alert, acknowledgement: null };
  const { at, until, ...said } = stored;
  return { ...alert, acknowledgement: { ...said, at: new Date(at), until: until === null ? null : new Date(until) } };
}

/** The alerts of rules that are pending or firing. */
export async function openAlerts(
  em: EntityManager,
  project: string,
  rules: readonly string[],
): Promise<readonly Alert[]> {
  const rows = await em.find(AlertRow, { project, rule: { $in: [...rules] }, status: { $in: ['PENDING', 'FIRING'] } });
  return rows.map((row) => plain(row));
}

const COLUMNS = `project, rule, fingerprint, active_at, labels, annotations, deployment, feature_view, severity, status, fired_at,
  ended_at, value, evaluated_at, silenced, acknowledgement, notified_status, revision`;
const CHANGING = 'annotations status fired_at ended_at value evaluated_at silenced notified_status revision'.split(' ');

export async function saveAlerts(em: EntityManager, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map((alert) => ({
    ...alert,
    active_at: alert.activeAt,
    feature_view: alert.featureView,
    fired_at: alert.firedAt,
    ended_at: alert.endedAt,
    evaluated_at: alert.evaluatedAt,
    notified_status: alert.notifiedStatus,
  }));
  await em.execute(
    `insert into alert (${COLUMNS}) select ${COLUMNS} from jsonb_populate_recordset(null::alert, ?::jsonb)
     on conflict (project, rule, fingerprint, active_at) do update
     set ${CHANGING.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [JSON.stringify(rows)],
  );
}

/** An alert that is held until the transaction ends; null where there is none. */
export async function lockAlert(em: EntityManager, project: string, key: AlertKey): Promise<Alert | null> {
  const { rule, fingerprint, activeAt } = key;
  const row = await em.findOne(
    AlertRow,
    { project, rule, fingerprint, activeAt },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  return row && plain(row);
}

/** What fires in a project. */
export async function firingAlerts(em: EntityManager, project: string): Promise<readonly Alert[]> {
  const rows = await em.find(AlertRow, { project, status: 'FIRING' });
  return rows.map((row) => plain(row));
}

/** Alerts that fire of rules about what others have in common. */
export async function firingComposites(em: EntityManager, project: string): Promise<readonly CompositeAlert[]> {
  return em.execute<CompositeAlert[]>(
    `select a.rule, a.labels, r.settings -> 'suppresses' as suppresses,
       array(select jsonb_object_keys(r.settings -> 'labels')) as declares
     from alert a join alert_rule r on r.project = a.project and r.name = a.rule
     where a.project = ? and a.status = 'FIRING' and r.deleted_at is null and r.settings -> 'suppresses' <> '[]'::jsonb`,
    [project],
  );
}

/** Says who is on an alert; an evaluation leaves it as it is. */
export async function saveAcknowledgement(em: EntityManager, alert: Alert): Promise<void> {
  const { project, rule, fingerprint, activeAt, acknowledgement } = alert;
  await em.execute(
    `update alert set acknowledgement = ?::jsonb where project = ? and rule = ? and fingerprint = ? and active_at = ?`,
    [acknowledgement && JSON.stringify(acknowledgement), project, rule, fingerprint, activeAt],
  );
}

/** How many alerts of all projects are open. */
export async function countOpenAlerts(
  pool: Pool,
): Promise<readonly { readonly status: AlertStatus; readonly severity: AlertSeverity; readonly count: number }[]> {
  const { rows } = await pool.query(
    `select status, severity, count(*)::int as count from alert where status in ('PENDING', 'FIRING')
     group by status, severity`,
  );
  return rows;
}

export interface AlertFilter {
  readonly project: string;
  readonly deployment: string | null;
  readonly featureView: string | null;
  readonly rule: string | null;
  readonly status: AlertStatus | null;
}

/** Newest first, one more than asked for. */
export async function listAlerts(
  em: EntityManager,
  { project, deployment, featureView, rule, status }: AlertFilter,
  { first, after }: PageRequest,
): Promise<readonly Alert[]> {
  const [at, name, series] = after ?? [];
  const before = at === undefined ? undefined : new Date(String(at));
  const rows = await em.find(
    AlertRow,
    {
      project,
      ...(deployment !== null && { deployment }),
      ...(featureView !== null && { featureView }),
      ...(rule !== null && { rule }),
      ...(status !== null && { status }),
      ...(before && {
        $or: [
          { activeAt: { $lt: before } },
          { activeAt: before, rule: { $lt: String(name) } },
          { activeAt: before, rule: String(name), fingerprint: { $lt: String(series) } },
        ],
      }),
    },
    { orderBy: { activeAt: 'desc', rule: 'desc', fingerprint: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

export async function findAlerts(
  em: EntityManager,
  project: string,
  keys: readonly AlertKey[],
): Promise<readonly Alert[]> {
  if (keys.length === 0) return [];
  const rows = await em.find(AlertRow, {
    project,
    $or: keys.map(({ rule, fingerprint, activeAt }) => ({ rule, fingerprint, activeAt })),
  });
  return rows.map((row) => plain(row));
}
