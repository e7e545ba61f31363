import { randomUUID } from 'node:crypto';
import { responseRunUrn } from '../../../domain/ids.ts';
import { subjectOf } from '../../../domain/response/run.ts';
import type { Notification } from '../../../domain/notify/message.ts';
import { insertNotifications } from '../../../storage/notify/notification.ts';
import { findReceivers } from '../../../storage/notify/receiver.ts';
import { findIncidents } from '../../../storage/incident/incident.ts';
import { severityOfIncident } from '../../../domain/incident/incident.ts';
import { stop, type RunStage } from './stage.ts';

/** Queues what receivers are told, in the transaction that ends the stage: each hears of it, with retries, once. */
export const page: RunStage = async ({ db, notify }, run) => {
  const { project, id, policy, definition } = run;
  if (definition.action.kind !== 'PAGE') throw new Error(`the run ${id} has nobody to page`);
  const { receivers: wanted } = definition.action;
  const found = await findReceivers(db.pool, project, wanted);
  const missing = wanted.filter((name) => !found.some((one) => one.name === name));
  if (found.length === 0) return stop(`there is no receiver ${missing.join(', ')}`);
  const [about] = await findIncidents(db.pool, project, run.incident === null ? [] : [run.incident]);
  const urn = responseRunUrn.format({ project, name: id });
  const bodies = found.map(({ name }): Notification => ({
    id: randomUUID(),
    receiver: name,
    groupKey: urn,
    groupLabels: { alertname: policy },
    status: 'firing',
    alerts: [
      {
        id: urn,
        status: 'firing',
        labels: { alertname: policy, severity: about ? severityOfIncident(about).toLowerCase() : 'warning' },
        annotations: {
          summary: `${policy}: ${about?.cause ?? 'trouble'} on ${definition.deployment} (${subjectOf(run)})`,
        },
        fingerprint: id.replaceAll('-', '').slice(0, 16),
        value: null,
        startsAt: run.startedAt.toISOString(),
        endsAt: null,
      },
    ],
    link: notify.assetUrl?.replace('{id}', encodeURIComponent(urn)) ?? null,
    test: false,
  }));
  const without = missing.length > 0 ? `; there is no receiver ${missing.join(', ')}` : '';
  return {
    outcome: 'NEXT',
    text: `told ${found.map(({ name }) => name).join(', ')}${without}`,
    save: (em, at) => insertNotifications(em, project, bodies, at),
  };
};
