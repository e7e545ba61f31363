import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Labels } from '../../../../core/promql/labels.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { appendEvent } from '../../../shared/events/outbox.ts';
import { record } from '../../../shared/operations/change.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { AlertRule } from '../../domain/alert/alert-rule.ts';
import { alertUrn, incidentUrn } from '../../domain/ids.ts';
import { causeOf, CAUSES } from '../../domain/incident/cause.ts';
import {
  alertEnded,
  incidentFor,
  incidentsOfParts,
  joinableSince,
  joined,
  merged,
  opened,
  shortened,
  type ContextSample,
  type Evidence,
  type Incident,
} from '../../domain/incident/incident.ts';
import { incidentEvent } from '../../domain/incident/incident-event.ts';
import { scopeOf, standsOn } from '../../domain/incident/scope.ts';
import { findEdgeNodes } from '../../storage/node/edge-node.ts';
import { lockIncidents, recentIncidents, saveIncident } from '../../storage/incident/incident.ts';

/** An alert before and after an evaluation. */
export interface AlertStep {
  readonly rule: AlertRule;
  readonly before: Alert | null;
  readonly after: Alert;
  readonly context: readonly ContextSample[];
}

const hasFired = ({ before, after }: AlertStep): boolean => after.status === 'FIRING' && before?.status !== 'FIRING';
const hasEnded = ({ before, after }: AlertStep): boolean => after.endedAt !== null && before?.status === 'FIRING';

/**
 * Puts alerts that fired into incidents, and ends these with their last alert: in the transaction in which the alerts change, so
 * that each step counts once.
 */
export async function correlate(
  em: EntityManager,
  context: RequestContext,
  project: string,
  steps: readonly AlertStep[],
  at: Date,
): Promise<void> {
  const [fired, ended] = [steps.filter(hasFired), steps.filter(hasEnded)];
  if (fired.length + ended.length === 0) return;
  await lockIncidents(em, project);
  const ids = ended.map(({ after }) => alertUrn.format(after));
  const before = await recentIncidents(em, project, joinableSince(at), ids);
  const incidents = new Map(before.map((incident) => [incident.id, incident]));
  const known = new Map(before.map((incident) => [incident.id, incident]));
  for (const { after } of ended) {
    const alert = alertUrn.format(after);
    const held = [...incidents.values()].find(
      ({ mergedInto, evidence }) => mergedInto === null && evidence.some((one) => one.alert === alert),
    );
    if (held) incidents.set(held.id, alertEnded(held, alert, after.value, at));
  }
  for (const evidence of await evidenceOf(em, project, fired, at)) {
    const [first, ...others] = incidentsOfParts([...incidents.values()], evidence);
    const found = first ?? incidentFor([...incidents.values()], evidence, at);
    let after = found ? joined(found, evidence, at) : opened(project, randomUUID(), evidence, at);
    for (const other of others) {
      const [whole, part] = merged(after, other, at);
      after = whole;
      // One that nobody has heard of yet was never there.
      if (known.has(part.id)) incidents.set(part.id, part);
      else incidents.delete(part.id);
    }
    incidents.set(after.id, after);
  }
  // Those that others are part of are saved last: the alerts are theirs.
  const all = [...incidents.values()].toSorted((a, b) => Number(a.mergedInto === null) - Number(b.mergedInto === null));
  for (const incident of all) {
    const held = known.get(incident.id) ?? null;
    if (held === incident) continue;
    const kept = shortened({ ...incident, revision: (held?.revision ?? 0) + 1 });
    await saveIncident(em, kept);
    await tell(em, context, held, kept, at);
  }
}

/** An incident that opens, or that is over, stands in the audit; each step is an event. */
async function tell(
  em: EntityManager,
  context: RequestContext,
  before: Incident | null,
  incident: Incident,
  at: Date,
): Promise<void> {
  const event = incidentEvent(incident, at);
  if (before?.status === incident.status) {
    await appendEvent(em, event);
    return;
  }
  await record(em, context, {
    action: `incident.${incident.status === 'RESOLVED' ? 'resolve' : before ? 'reopen' : 'open'}`,
    subject: incidentUrn.format({ project: incident.project, name: incident.id }),
    at,
    value: incident,
    before,
    events: [event],
  });
}

/** Upstream first, so that what follows from it finds its incident. */
async function evidenceOf(
  em: EntityManager,
  project: string,
  fired: readonly AlertStep[],
  at: Date,
): Promise<readonly Evidence[]> {
  const nodes = [...new Set(fired.flatMap(({ after }) => after.labels['node'] ?? []))];
  const found = nodes.length === 0 ? [] : await findEdgeNodes(em, project, nodes);
  const served = new Map(found.map(({ node, deployments }) => [node, deployments.map((one) => one.deployment)]));
  const evidence = fired.map(({ rule, after, context }): Evidence => {
    const scope = scopeOf(rule, after);
    return {
      alert: alertUrn.format(after),
      cause: causeOf(rule, after),
      severity: after.severity,
      text: textOf(after),
      value: after.value,
      firedAt: at.toISOString(),
      endedAt: null,
      silenced: after.silenced,
      labels: after.labels,
      suppresses: rule.suppresses,
      declares: Object.keys(rule.labels),
      context: context.filter(({ labels }) => agree(labels, after.labels)).slice(0, MOST_CONTEXT),
      scope,
      standsOn: standsOn(scope, (node) => served.get(node) ?? []),
    };
  });
  return evidence.toSorted((a, b) => CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause));
}

const MOST_CONTEXT = 20;

/** Whether no label that both have differs. */
const agree = (one: Labels, other: Labels): boolean =>
  Object.entries(one).every(([name, value]) => (other[name] ?? value) === value);

/** What the alert says of itself, else which series it is about. */
function textOf({ rule, annotations, labels, value }: Alert): string {
  const { alertname: _, severity: __, ...own } = labels;
  const named = Object.entries(own).map(([name, text]) => `${name}=${text}`);
  const said = annotations['summary'] ?? named.toSorted((a, b) => (a < b ? -1 : 1)).join(' ');
  return `${rule}: ${said}${annotations['summary'] === undefined && value !== null ? ` (${value})` : ''}`;
}
