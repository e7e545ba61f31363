import type { AlertSeverity } from '../alert/alert-rule.ts';
import { ALERT_SEVERITIES } from '../alert/alert-rule.ts';
import { canBeOne, firstOf, type Cause } from './cause.ts';
import type { Labels } from '../../../../core/promql/labels.ts';
import { isPartOf } from '../alert/composite.ts';
import { originOf, type Origin, type Scope } from './scope.ts';

export const INCIDENT_STATUSES = ['OPEN', 'RESOLVED'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

export const ENTRY_KINDS = [
  'OPENED',
  'ALERT_FIRED',
  'ALERT_ENDED',
  'CAUSE_CHANGED',
  'MERGED',
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

/** One value of what a rule has looked at besides. */
export interface ContextSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
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
  readonly labels: Labels;
  /** What its rule suppresses, and which labels it gives: none where it is no composite. */
  readonly suppresses: readonly string[];
  readonly declares: readonly string[];
  readonly context: readonly ContextSample[];
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
  /** The incident that it turned out to be a part of. */
  readonly mergedInto: string | null;
  /** Who does what. */
  readonly roles: Readonly<Partial<Record<IncidentRole, string>>>;
  readonly evidence: readonly Evidence[];
  readonly timeline: readonly Entry[];
}

/** Trouble that comes back so soon is the same. */
const SAME_AGAIN_MS = 30 * 60_000;
/** An alert that fires so long after anything else in an incident is another matter. */
const RELATED_MS = 24 * 3_600_000;

/** Whether one of two alerts is a composite, and the other a part of it. */
const belong = (one: Evidence, other: Evidence): boolean =>
  isPartOf(asPart(one), asComposite(other)) || isPartOf(asPart(other), asComposite(one));
const asPart = ({ scope, labels }: Evidence) => ({ rule: scope.rule, labels });
const asComposite = (one: Evidence) => ({ ...asPart(one), suppresses: one.suppresses, declares: one.declares });

const firstOpened = (a: Incident, b: Incident): number =>
  a.startedAt.getTime() - b.startedAt.getTime() || (a.id < b.id ? -1 : 1);

/** Open incidents in which a part fires of what this alert is the composite of, or the other way round; the oldest first. */
export const incidentsOfParts = (incidents: readonly Incident[], evidence: Evidence): readonly Incident[] =>
  incidents
    .filter(({ status, mergedInto }) => status === 'OPEN' && mergedInto === null)
    .filter((incident) => incident.evidence.some((one) => one.endedAt === null && belong(one, evidence)))
    .toSorted(firstOpened);

/** The incident that an alert belongs to: the oldest that shares its ground, can have its cause, and is not long quiet. */
export function incidentFor(incidents: readonly Incident[], evidence: Evidence, at: Date): Incident | null {
  const ground = new Set(evidence.standsOn);
  return (
    incidents
      .filter(({ mergedInto }) => mergedInto === null)
      .filter((incident) => at.getTime() - incident.lastAt.getTime() <= limitOf(incident))
      .filter(({ cause }) => canBeOne(cause, evidence.cause))
      .filter((incident) => incident.evidence.some(({ standsOn }) => standsOn.some((one) => ground.has(one))))
      .toSorted(firstOpened)[0] ?? null
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
    mergedInto: null,
    roles: {},
    evidence: [evidence],
    timeline: [entry(at, 'OPENED', cause), entry(at, 'ALERT_FIRED', evidence.text)],
  };
}

/** The incident with one alert more: its cause and origin are judged anew from all of them. */
export function joined(incident: Incident, evidence: Evidence, at: Date): Incident {
  const all = [...incident.evidence.filter(({ alert }) => alert !== evidence.alert), evidence];
  const cause = causeOfAll(all);
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

/** What a composite says that it is; else what the rest follows from. */
function causeOfAll(evidence: readonly Evidence[]): Cause {
  const declared = evidence.find((one) => one.suppresses.length > 0 && one.endedAt === null && one.cause !== 'OTHER');
  return declared?.cause ?? firstOf(evidence.map(({ cause }) => cause));
}

/** Two incidents that turn out to be one: what was in the second is in the first. */
export function merged(into: Incident, part: Incident, at: Date): readonly [Incident, Incident] {
  const evidence = [...into.evidence, ...part.evidence].toSorted((a, b) => (a.firedAt < b.firedAt ? -1 : 1));
  const cause = causeOfAll(evidence);
  const own = evidence.filter((one) => one.cause === cause);
  const scopes = (own.length > 0 ? own : evidence).map(({ scope }) => scope);
  return [
    {
      ...into,
      evidence,
      cause,
      origin: originOf(into.project, cause, scopes),
      lastAt: at,
      acknowledgedAt: into.acknowledgedAt ?? part.acknowledgedAt,
      acknowledgedBy: into.acknowledgedBy ?? part.acknowledgedBy,
      roles: { ...part.roles, ...into.roles },
      timeline: [...into.timeline, entry(at, 'MERGED', `incident ${part.id} is part of it`)],
    },
    {
      ...part,
      status: 'RESOLVED',
      resolvedAt: at,
      lastAt: at,
      mergedInto: into.id,
      timeline: [...part.timeline, entry(at, 'MERGED', `it is part of incident ${into.id}`)],
    },
  ];
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
