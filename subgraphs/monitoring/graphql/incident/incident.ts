import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AlertSeverity } from '../../domain/alert/alert-rule.ts';
import { incidentUrn } from '../../domain/ids.ts';
import type { Cause } from '../../domain/incident/cause.ts';
import {
  INCIDENT_ROLES,
  severityOfIncident,
  type Incident,
  type IncidentStatus,
} from '../../domain/incident/incident.ts';
import { deploymentsOf, titleOf } from '../../domain/incident/incident-event.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { AlertSeverityEnum } from '../enums.ts';
import { CauseEnum, IncidentStatusEnum } from './incident-enums.ts';
import {
  IncidentEntryType,
  IncidentEvidenceType,
  IncidentOriginType,
  IncidentResolutionType,
  IncidentRoleHolderType,
} from './incident-parts.ts';
import { DeploymentType } from '../references.ts';

const secondsBetween = (from: Date, to: Date | null): number | null =>
  to === null ? null : (to.getTime() - from.getTime()) / 1_000;

@ObjectType('Incident', { description: 'Alerts that most likely have one cause, along lineage and time.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class IncidentType {
  @Field(() => ID, { description: 'tiffin:<project>:incident:<uuid>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its cause and where it began, in one line.' })
  readonly title: string;

  @Field(() => Int, { description: 'Grows with each change.' })
  readonly revision: number;

  @Field(() => IncidentStatusEnum, { description: 'Whether somebody has to look.' })
  readonly status: IncidentStatus;

  @Field(() => CauseEnum, {
    description: 'What most likely happened: of what its alerts show, what the rest follows from.',
  })
  readonly cause: Cause;

  @Field(() => IncidentOriginType, { description: 'Where it most likely began.' })
  readonly origin: IncidentOriginType;

  @Field(() => AlertSeverityEnum, { description: 'The worst of its alerts.' })
  readonly severity: AlertSeverity;

  @Field(() => Date, { description: 'When its first alert fired.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When somebody first said that they are on it.' })
  readonly acknowledgedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Who is on it.' })
  readonly acknowledgedBy: string | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When its last alert ended, or a person ended it; null while it is open.',
  })
  readonly resolvedAt: Date | null;

  @Field(() => IncidentResolutionType, {
    nullable: true,
    description: 'What a person said that it was; null where nobody did.',
  })
  readonly resolution: IncidentResolutionType | null;

  @Field(() => ID, { nullable: true, description: 'The incident that it turned out to be a part of.' })
  readonly mergedInto: string | null;

  @Field(() => [IncidentRoleHolderType], { description: 'Who does what, in the order of the roles.' })
  readonly roles: readonly IncidentRoleHolderType[];

  @Field(() => Float, { nullable: true, description: 'From its start until somebody was on it.' })
  readonly secondsToAcknowledge: number | null;

  @Field(() => Float, { nullable: true, description: 'From its start until its end.' })
  readonly secondsToResolve: number | null;

  @Field(() => [IncidentEvidenceType], { description: 'Its alerts, in the order in which they fired.' })
  readonly evidence: readonly IncidentEvidenceType[];

  @Field(() => [IncidentEntryType], { description: 'What happened, the first first.' })
  readonly timeline: readonly IncidentEntryType[];

  @Field(() => [DeploymentType], { description: 'The deployments that its alerts are about.' })
  readonly deployments: readonly DeploymentType[];

  constructor(incident: Incident) {
    const { project, id, startedAt, acknowledgedAt, resolvedAt, evidence } = incident;
    this.id = incidentUrn.format({ project, name: id });
    this.title = titleOf(incident);
    this.revision = incident.revision;
    this.status = incident.status;
    this.cause = incident.cause;
    this.origin = incident.origin;
    this.severity = severityOfIncident(incident);
    this.startedAt = startedAt;
    this.acknowledgedAt = acknowledgedAt;
    this.acknowledgedBy = incident.acknowledgedBy;
    this.resolvedAt = resolvedAt;
    this.resolution = incident.resolution && new IncidentResolutionType(incident.resolution);
    this.mergedInto = incident.mergedInto && incidentUrn.format({ project, name: incident.mergedInto });
    this.roles = INCIDENT_ROLES.flatMap((role) => {
      const person = incident.roles[role];
      return person === undefined ? [] : [{ role, person }];
    });
    this.secondsToAcknowledge = secondsBetween(startedAt, acknowledgedAt);
    this.secondsToResolve = secondsBetween(startedAt, resolvedAt);
    this.evidence = evidence.map((one) => new IncidentEvidenceType(one));
    this.timeline = incident.timeline.map((one) => new IncidentEntryType(one));
    this.deployments = deploymentsOf(incident).map((urn) => new DeploymentType(urn));
  }
}

export const IncidentConnection = connectionOf('Incident', () => IncidentType);
