import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { validated } from '../../../../schema/validated.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { deploymentUrn, incidentUrn, parsedId } from '../../domain/ids.ts';
import { acknowledged, noted, resolvedBy, roleGiven } from '../../domain/incident/handling.ts';
import { incidentEvent } from '../../domain/incident/incident-event.ts';
import { shortened, type Incident, type IncidentRole, type IncidentStatus } from '../../domain/incident/incident.ts';
import {
  findIncidents,
  incidentsOfAlerts,
  listIncidents,
  lockIncidents,
  saveIncident,
} from '../../storage/incident/incident.ts';
import { incidentFigures } from '../../storage/incident/incident-figures.ts';
import type { IncidentFigures } from '../../domain/incident/figures.ts';
import { checkedWindow, type TimeWindow } from '../../domain/time-window.ts';
import type { Acknowledging } from '../alert/acknowledging.ts';
import { byId } from '../by-id.ts';
import type { MonitoringDeps } from '../deps.ts';

export interface AcknowledgeIncidentInput {
  readonly incident: string;
  readonly comment: string;
}

export interface AddIncidentNoteInput {
  readonly incident: string;
  readonly note: string;
}

export interface ResolveIncidentInput {
  readonly incident: string;
  readonly comment: string;
  readonly falseAlarm?: boolean;
}

export interface GiveIncidentRoleInput {
  readonly incident: string;
  readonly role: IncidentRole;
  /** The caller, where nobody is named. */
  readonly person?: string | null;
}

export interface IncidentFiguresInput extends TimeWindow {
  readonly deployment?: string | null | undefined;
}

export interface IncidentsInput {
  readonly status?: IncidentStatus | null | undefined;
  readonly deployment?: string | null | undefined;
}

const MOST_DAYS = 366;
const text = z.string().min(1).max(2_000);
const Commented = z.object({ comment: text });
const Noted = z.object({ note: text });
const Named = z.object({ person: z.string().min(1).max(200).nullish() });

/** What people do with incidents. */
export class Incidents {
  readonly #deps: MonitoringDeps;
  readonly #acknowledging: Acknowledging;

  constructor(deps: MonitoringDeps, acknowledging: Acknowledging) {
    this.#deps = deps;
    this.#acknowledging = acknowledging;
  }

  list(
    { actor }: RequestContext,
    { status, deployment }: IncidentsInput,
    page: PageRequest,
  ): Promise<readonly Incident[]> {
    const { project } = actor;
    const filter = {
      project,
      status: status ?? null,
      deployment: parsedId(deploymentUrn, project, deployment, 'deployment'),
    };
    return listIncidents(this.#deps.db.pool, filter, page);
  }

  /** What became of the incidents that began in a time. Throws INVALID_INPUT for one that is none, or too long. */
  figures({ actor }: RequestContext, input: IncidentFiguresInput): Promise<IncidentFigures> {
    const { project } = actor;
    return incidentFigures(this.#deps.db.pool, {
      project,
      deployment: parsedId(deploymentUrn, project, input.deployment, 'deployment'),
      ...checkedWindow('to', input, MOST_DAYS),
    });
  }

  async byId(context: RequestContext, ids: readonly string[]): Promise<(Incident | null)[]> {
    const found = await byId(context, incidentUrn, ids, async (keys) => {
      const names = keys.map(({ name }) => name);
      const incidents = await findIncidents(this.#deps.db.pool, context.actor.project, names);
      return incidents.map((incident) => ({ incident, project: incident.project, name: incident.id }));
    });
    return found.map((one) => one?.incident ?? null);
  }

  /** The incident of each alert, by the alerts' ids. */
  async ofAlerts(context: RequestContext, alerts: readonly string[]): Promise<(Incident | null)[]> {
    const { pool } = this.#deps.db;
    const { project } = context.actor;
    const ids = await incidentsOfAlerts(pool, project, alerts);
    const found = await findIncidents(pool, project, [...new Set(ids.values())]);
    return alerts.map((alert) => found.find(({ id }) => id === ids.get(alert)) ?? null);
  }

  /** Says that the caller is on it, and on each of its alerts that is open: no ladder is climbed. */
  async acknowledge(context: RequestContext, input: AcknowledgeIncidentInput): Promise<Changed<Incident>> {
    const { comment } = validated(Commented, input);
    const { evidence } = await this.#found(context, input.incident);
    for (const { alert, endedAt } of evidence) {
      if (endedAt === null) await this.#acknowledgeAlert(context, alert, comment);
    }
    return this.#change(context, 'acknowledge', input.incident, (incident, at, by) =>
      acknowledged(incident, { at, by, text: comment }),
    );
  }

  /** Says that it is over, or what one that ended by itself was. Alerts of it that fire on count for it no more. */
  resolve(context: RequestContext, input: ResolveIncidentInput): Promise<Changed<Incident>> {
    const { comment } = validated(Commented, input);
    return this.#change(context, 'resolve', input.incident, (incident, at, by) =>
      resolvedBy(incident, { at, by, text: comment }, input.falseAlarm ?? false),
    );
  }

  giveRole(context: RequestContext, input: GiveIncidentRoleInput): Promise<Changed<Incident>> {
    const { person } = validated(Named, input);
    return this.#change(context, 'give-role', input.incident, (incident, at, by) =>
      roleGiven(incident, { at, by }, input.role, person ?? by),
    );
  }

  addNote(context: RequestContext, input: AddIncidentNoteInput): Promise<Changed<Incident>> {
    const { note } = validated(Noted, input);
    return this.#change(context, 'add-note', input.incident, (incident, at, by) =>
      noted(incident, { at, by, text: note }),
    );
  }

  /** One that has ended meanwhile needs nobody. */
  async #acknowledgeAlert(context: RequestContext, alert: string, comment: string): Promise<void> {
    try {
      await this.#acknowledging.acknowledge(context, { alert, comment });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'FAILED_PRECONDITION') throw error;
    }
  }

  async #found(context: RequestContext, id: string): Promise<Incident> {
    const { project, name } = incidentUrn.parse(context.actor.project, id, 'incident');
    const [incident] = await findIncidents(this.#deps.db.pool, project, [name]);
    if (incident) return incident;
    throw new DomainError('NOT_FOUND', `incident: there is no ${incidentUrn.format({ project, name })}`, {
      field: 'incident',
    });
  }

  #change(
    context: RequestContext,
    verb: string,
    id: string,
    decide: (incident: Incident, at: Date, by: string) => Incident,
  ): Promise<Changed<Incident>> {
    const { project, name } = incidentUrn.parse(context.actor.project, id, 'incident');
    const subject = incidentUrn.format({ project, name });
    return change(this.#deps, context, { action: `incident.${verb}`, subject }, async (em, at) => {
      await lockIncidents(em, project);
      const before = await this.#found(context, subject);
      const decided = decide(before, at, context.actor.subject);
      const incident = shortened({ ...decided, revision: before.revision + 1 });
      await saveIncident(em, incident);
      const reason = incident.timeline.at(-1)?.text;
      return { value: incident, before, reason, events: [incidentEvent(incident, at)] };
    });
  }
}
