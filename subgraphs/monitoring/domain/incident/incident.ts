import type { AlertSeverity } from '../alert-rule.ts';
import { ALERT_SEVERITIES } from '../alert-rule.ts';
import { canBeOne, firstOf, type Cause } from './cause.ts';
import { originOf, type Origin, type Scope } from './scope.ts';

export const INCIDENT_STATUSES = ['OPEN', 'RESOLVED'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

export const ENTRY_KINDS = [
  'OPENED',
  'ALERT_FIRED',
  'ALERT_ENDED',
  'CAUSE_CHANGED',
  'ACKNOWLEDGED',
  'ROLE_GIVEN',
  'NOTE',
  'RESOLVED',
  'REOPENED',
] as const;

/** One step of an incident. */
export interface Entry {
  readonly at: string;
  readonly kind: (typeof ENTRY_KINDS)[number];
  /** Who did it; null where it happened by itself. */
  readonly by: string | null;
  readonly text: string;
}

/** One alert of an incident, and what it is evidence of. */
export interface Evidence {
  readonly alert: string;
  readonly cause: Cause;
  readonly severity: AlertSeverity;
  readonly text: string;
  readonly value: number | null;
  readonly firedAt: string;
  readonly endedAt: string | null;
  /** Whether it fired under a silence. */
  readonly silenced: boolean;
  readonly scope: Scope;
  readonly standsOn: readonly string[];
}

export const INCIDENT_ROLES = ['COMMANDER', 'OPERATIONS', 'COMMUNICATIONS', 'SCRIBE'] as const;
export type IncidentRole = (typeof INCIDENT_ROLES)[number];

/** What a person says that an incident was. */
export interface Resolution {
  readonly by: string;
  readonly at: string;
  readonly comment: string;
  readonly falseAlarm: boolean;
}

/** Alerts that most likely have one cause. */
export interface Incident {
  readonly project: string;
  readonly id: string;
  readonly revision: number;
  readonly status: IncidentStatus;
  readonly cause: Cause;
  readonly origin: Origin;
  readonly startedAt: Date;
  /** When an alert of it fired or ended last. */
  readonly lastAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAt: Date | null;
  /** Null where its alerts ended by themselves and nobody said more. */
  readonly resolution: Resolution | null;
  /** Who does what. */
  readonly roles: Readonly<Partial<Record<IncidentRole, string>>>;
  readonly evidence: readonly Evidence[];
  readonly timeline: readonly Entry[];
}

/** Trouble that comes back so soon is the same. */
const SAME_AGAIN_MS = 30 * 60_000;
/** An alert that fires so long after anything else in an incident is another matter. */
const RELATED_MS = 24 * 3_600_000;

/** The incident that an alert belongs to: the oldest that shares its ground, can have its cause, and is not long quiet. */
export function incidentFor(incidents: readonly Incident[], evidence: Evidence, at: Date): Incident | null {
  const ground = new Set(evidence.standsOn);
  return (
    incidents
      .filter((incident) => at.getTime() - incident.lastAt.getTime() <= limitOf(incident))
      .filter(({ cause }) => canBeOne(cause, evidence.cause))
      .filter((incident) => incident.evidence.some(({ standsOn }) => standsOn.some((one) => ground.has(one))))
      .toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.id < b.id ? -1 : 1))[0] ?? null
  );
}

const limitOf = ({ status }: Incident): number => (status === 'OPEN' ? RELATED_MS : SAME_AGAIN_MS);

/** Since when incidents can still be joined. */
export const joinableSince = (at: Date): Date => new Date(at.getTime() - SAME_AGAIN_MS);

/** A new incident of one alert. */
export function opened(project: string, id: string, evidence: Evidence, at: Date): Incident {
  const { cause } = evidence;
  return {
    project,
    id,
    revision: 1,
    status: 'OPEN',
    cause,
    origin: originOf(project, cause, [evidence.scope]),
    startedAt: at,
    lastAt: at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolution: null,
    roles: {},
    evidence: [evidence],
    timeline: [entry(at, 'OPENED', cause), entry(at, 'ALERT_FIRED', evidence.text)],
  };
}

/** The incident with one alert more: its cause and origin are judged anew from all of them. */
export function joined(incident: Incident, evidence: Evidence, at: Date): Incident {
  const all = [...incident.evidence.filter(({ alert }) => alert !== evidence.alert), evidence];
  const cause = firstOf(all.map((one) => one.cause));
  const own = all.filter((one) => one.cause === cause).toSorted((a, b) => (a.firedAt < b.firedAt ? -1 : 1));
  return {
    ...incident,
    status: 'OPEN',
    resolvedAt: null,
    resolution: null,
    lastAt: at,
    cause,
    origin: originOf(
      incident.project,
      cause,
      own.map(({ scope }) => scope),
    ),
    evidence: all,
    timeline: [
      ...incident.timeline,
      ...(incident.status === 'RESOLVED' ? [entry(at, 'REOPENED', 'it came back')] : []),
      entry(at, 'ALERT_FIRED', evidence.text),
      ...(cause === incident.cause ? [] : [entry(at, 'CAUSE_CHANGED', `${incident.cause} is now ${cause}`)]),
    ],
  };
}

/** The incident once an alert of it has ended; with the last one it is resolved. */
export function alertEnded(incident: Incident, alert: string, value: number | null, at: Date): Incident {
  const held = incident.evidence.find((one) => one.alert === alert && one.endedAt === null);
  if (!held) return incident;
  const evidence = incident.evidence.map((one) =>
    one === held ? { ...one, endedAt: at.toISOString(), value: value ?? one.value } : one,
  );
  const over = incident.status === 'OPEN' && evidence.every(({ endedAt }) => endedAt !== null);
  return {
    ...incident,
    evidence,
    ...(incident.status === 'OPEN' && { lastAt: at }),
    ...(over && { status: 'RESOLVED' as const, resolvedAt: at }),
    timeline: [
      ...incident.timeline,
      entry(at, 'ALERT_ENDED', held.text),
      ...(over ? [entry(at, 'RESOLVED', 'all alerts have ended')] : []),
    ],
  };
}

/** What is kept of one that goes on for ever: how it began, what is open, and the newest. */
const MOST_EVIDENCE = 200;
const MOST_ENTRIES = 500;

/** The incident without what is in the middle of too much. */
export function shortened(incident: Incident): Incident {
  const { evidence, timeline } = incident;
  if (evidence.length <= MOST_EVIDENCE && timeline.length <= MOST_ENTRIES) return incident;
  const newest = evidence.length - MOST_EVIDENCE;
  return {
    ...incident,
    evidence: evidence.filter(({ endedAt }, i) => i === 0 || i >= newest || endedAt === null),
    timeline: timeline.filter((_, i) => i === 0 || i > timeline.length - MOST_ENTRIES),
  };
}

/** The worst of its alerts. */
export const severityOfIncident = ({ evidence }: Incident): AlertSeverity =>
  ALERT_SEVERITIES.findLast((severity) => evidence.some((one) => one.severity === severity)) ?? 'INFO';

export const entry = (at: Date, kind: Entry['kind'], text: string, by: string | null = null): Entry => ({
  at: at.toISOString(),
  kind,
  by,
  text,
});
