import type { AssetEventInput, IncidentSnapshot } from '../../../../schema/event.ts';
import { incidentUrn } from '../ids.ts';
import { severityOfIncident, type Incident } from './incident.ts';

/** In one line, for people. */
export const titleOf = ({ cause, origin }: Pick<Incident, 'cause' | 'origin'>): string =>
  `${cause.toLowerCase().replaceAll('_', ' ')} at ${origin.name}`;

/** The deployments that its alerts are about. */
export const deploymentsOf = ({ evidence }: Pick<Incident, 'evidence'>): string[] =>
  [...new Set(evidence.flatMap(({ scope }) => scope.deployment ?? []))].sort();

/** Lineage shows where it began, what it is about and the newest of its alerts. */
const MOST_ALERTS = 20;

/** An incident as others follow it: search, lineage and webhooks. */
export function incidentEvent(incident: Incident, at: Date): AssetEventInput {
  const { project, id, revision, status, cause, origin, evidence } = incident;
  const open = evidence.filter(({ endedAt }) => endedAt === null);
  const data: IncidentSnapshot = {
    status,
    cause,
    severity: severityOfIncident(incident),
    origin,
    deployments: deploymentsOf(incident),
    alerts: evidence.length,
    openAlerts: open.length,
    startedAt: incident.startedAt.toISOString(),
    acknowledgedAt: incident.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: incident.acknowledgedBy,
    resolvedAt: incident.resolvedAt?.toISOString() ?? null,
    falseAlarm: incident.resolution?.falseAlarm ?? null,
    lastEntry: incident.timeline.at(-1)?.text ?? '',
    silenced: evidence.every(({ silenced }) => silenced),
  };
  return {
    urn: incidentUrn.format({ project, name: id }),
    kind: 'incident',
    project,
    revision,
    at: at.toISOString(),
    asset: {
      name: titleOf(incident),
      description: evidence[0]?.text ?? '',
      upstream: [
        ...evidence.slice(-MOST_ALERTS).map(({ alert }) => ({ urn: alert, relation: 'DERIVED_FROM' as const })),
        ...deploymentsOf(incident).map((urn) => ({ urn, relation: 'WATCHES' as const })),
      ],
    },
    data,
  };
}
