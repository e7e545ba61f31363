import { DomainError } from '../../../../core/errors.ts';
import { entry, type Incident, type IncidentRole } from './incident.ts';

/** Who does something with an incident, when, and in which words. */
export interface Step {
  readonly at: Date;
  readonly by: string;
  readonly text: string;
}

/** Somebody is on it. Throws FAILED_PRECONDITION where nobody has to be any more. */
export function acknowledged(incident: Incident, { at, by, text }: Step): Incident {
  if (incident.status === 'RESOLVED') {
    throw new DomainError('FAILED_PRECONDITION', 'incident: it is RESOLVED; allowed: OPEN', { field: 'incident' });
  }
  return {
    ...incident,
    acknowledgedAt: incident.acknowledgedAt ?? at,
    acknowledgedBy: by,
    timeline: [...incident.timeline, entry(at, 'ACKNOWLEDGED', text, by)],
  };
}

export const noted = (incident: Incident, { at, by, text }: Step): Incident => ({
  ...incident,
  timeline: [...incident.timeline, entry(at, 'NOTE', text, by)],
});

/** A person says that it is over, or what one that ended by itself was. Who says so last is right. */
export function resolvedBy(incident: Incident, { at, by, text }: Step, falseAlarm: boolean): Incident {
  const said = falseAlarm ? `false alarm: ${text}` : text;
  return {
    ...incident,
    status: 'RESOLVED',
    resolvedAt: incident.resolvedAt ?? at,
    resolution: { by, at: at.toISOString(), comment: text, falseAlarm },
    lastAt: incident.status === 'OPEN' ? at : incident.lastAt,
    timeline: [...incident.timeline, entry(at, 'RESOLVED', said, by)],
  };
}

/** A role has one person at a time. */
export function roleGiven(
  incident: Incident,
  { at, by }: Omit<Step, 'text'>,
  role: IncidentRole,
  person: string,
): Incident {
  return {
    ...incident,
    roles: { ...incident.roles, [role]: person },
    timeline: [...incident.timeline, entry(at, 'ROLE_GIVEN', `${role}: ${person}`, by)],
  };
}
