import { defineEntity, p } from '@mikro-orm/core';
import type { Pool } from 'pg';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../shared/paging.ts';
import type { AlertSeverity } from '../domain/alert-rule.ts';
import type { Alert, AlertStatus } from '../domain/alert.ts';
import type { AlertKey } from '../domain/ids.ts';
import { plainRow } from '../../shared/database/plain-row.ts';

export const AlertRow = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  primaryKeys: ['project', 'rule', 'activeAt'],
  properties: {
    project: p.text().primary(),
    rule: p.text().primary(),
    activeAt: p.datetime(3).primary(),
    deployment: p.text(),
    featureView: p.text().nullable(),
    severity: p.text().$type<AlertSeverity>(),
    status: p.text().$type<AlertStatus>(),
    firedAt: p.datetime(3).nullable(),
    endedAt: p.datetime(3).nullable(),
    value: p.double().$type<number>().nullable(),
    evaluatedAt: p.datetime(3),
    silenced: p.boolean(),
    toldStatus: p.text().$type<AlertStatus>().nullable(),
    revision: p.integer(),
  },
  indexes: [
    {
      name: 'alert_by_deployment',
      expression:
        'create index "alert_by_deployment" on "monitoring"."alert" ("project", "deployment", "active_at" desc, "rule" desc)',
    },
    {
      name: 'alert_open',
      expression: `create index "alert_open" on "monitoring"."alert" ("project", "rule") where status in ('PENDING', 'FIRING')`,
    },
  ],
});

const plain = plainRow<Alert>;

/** The rule's alert that is pending or firing, if there is one. */
export async function openAlert(em: EntityManager, project: string, rule: string): Promise<Alert | null> {
  const row = await em.findOne(AlertRow, { project, rule, status: { $in: ['PENDING', 'FIRING'] } });
  return row ? plain(row) : null;
}

export async function saveAlert(em: EntityManager, alert: Alert): Promise<void> {
  await em.upsert(AlertRow, { ...alert });
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
  const [at, name] = after ?? [];
  const before = at === undefined ? undefined : new Date(String(at));
  const rows = await em.find(
    AlertRow,
    {
      project,
      ...(deployment !== null && { deployment }),
      ...(featureView !== null && { featureView }),
      ...(rule !== null && { rule }),
      ...(status !== null && { status }),
      ...(before && { $or: [{ activeAt: { $lt: before } }, { activeAt: before, rule: { $lt: String(name) } }] }),
    },
    { orderBy: { activeAt: 'desc', rule: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

export async function findAlerts(
  em: EntityManager,
  project: string,
  keys: readonly AlertKey[],
): Promise<readonly Alert[]> {
  if (keys.length === 0) return [];
  const rows = await em.find(AlertRow, { project, $or: keys.map(({ rule, activeAt }) => ({ rule, activeAt })) });
  return rows.map((row) => plain(row));
}
