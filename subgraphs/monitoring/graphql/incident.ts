import { ArgsType, Directive, Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../shared/graphql/connection.ts';
import type { AlertSeverity } from '../domain/alert-rule.ts';
import { incidentUrn } from '../domain/ids.ts';
import type { Cause } from '../domain/incident/cause.ts';
import {
  severityOfIncident,
  type Entry,
  type Evidence,
  type Incident,
  type IncidentStatus,
} from '../domain/incident/incident.ts';
import type { Origin } from '../domain/incident/scope.ts';
import { READ } from './access.ts';
import { connectionOf } from './connection.ts';
import { AlertSeverityEnum } from './enums.ts';
import { CauseEnum, IncidentEntryKindEnum, IncidentStatusEnum, OriginKindEnum } from './incident-enums.ts';
import { DeploymentType } from './references.ts';

@ObjectType('IncidentOrigin', { description: 'The node of lineage at which an incident most likely began.' })
@Access(READ)
export class IncidentOriginType {
  @Field(() => OriginKindEnum, { description: 'What kind of node.' })
  readonly kind!: Origin['kind'];

  @Field(() => String, { description: 'As records and labels name it.' })
  readonly name!: string;

  @Field(() => ID, { nullable: true, description: 'Its id; null where its version is not known.' })
  readonly id!: string | null;
}

@ObjectType('IncidentEvidence', { description: 'One alert of an incident, and what it is a sign of.' })
@Access(READ)
export class IncidentEvidenceType {
  @Field(() => CauseEnum, { description: 'What it is a sign of.' })
  readonly cause: Cause;

  @Field(() => String, { description: 'What the alert said.' })
  readonly text: string;

  @Field(() => Float, { nullable: true, description: 'Its value, when it fired or ended.' })
  readonly value: number | null;

  @Field(() => ID, { description: 'The alert.' })
  readonly alert: string;

  @Field(() => Date, { description: 'When it fired.' })
  readonly firedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it fires.' })
  readonly endedAt: Date | null;

  constructor({ cause, text, value, alert, firedAt, endedAt }: Evidence) {
    this.cause = cause;
    this.text = text;
    this.value = value;
    this.alert = alert;
    this.firedAt = new Date(firedAt);
    this.endedAt = endedAt === null ? null : new Date(endedAt);
  }
}

@ObjectType('IncidentEntry', { description: 'One step of an incident.' })
@Access(READ)
export class IncidentEntryType {
  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => IncidentEntryKindEnum, { description: 'What happened.' })
  readonly kind: Entry['kind'];

  @Field(() => String, { nullable: true, description: 'Who did it; null where it happened by itself.' })
  readonly by: string | null;

  @Field(() => String, { description: 'In words.' })
  readonly text: string;

  constructor({ at, kind, by, text }: Entry) {
    this.at = new Date(at);
    this.kind = kind;
    this.by = by;
    this.text = text;
  }
}

const secondsBetween = (from: Date, to: Date | null): number | null =>
  to === null ? null : (to.getTime() - from.getTime()) / 1_000;

@ObjectType('Incident', { description: 'Alerts that most likely have one cause, along lineage and time.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class IncidentType {
  @Field(() => ID, { description: 'tiffin:<project>:incident:<uuid>.' })
  readonly id: string;

  @Field(() => IncidentStatusEnum, { description: 'Whether any of its alerts fires.' })
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

  @Field(() => Date, { nullable: true, description: 'When its last alert ended; null while it is open.' })
  readonly resolvedAt: Date | null;

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
    this.status = incident.status;
    this.cause = incident.cause;
    this.origin = incident.origin;
    this.severity = severityOfIncident(incident);
    this.startedAt = startedAt;
    this.acknowledgedAt = acknowledgedAt;
    this.acknowledgedBy = incident.acknowledgedBy;
    this.resolvedAt = resolvedAt;
    this.secondsToAcknowledge = secondsBetween(startedAt, acknowledgedAt);
    this.secondsToResolve = secondsBetween(startedAt, resolvedAt);
    this.evidence = evidence.map((one) => new IncidentEvidenceType(one));
    this.timeline = incident.timeline.map((one) => new IncidentEntryType(one));
    const deployments = new Set(evidence.flatMap(({ scope }) => scope.deployment ?? []));
    this.deployments = [...deployments].sort().map((urn) => new DeploymentType(urn));
  }
}

export const IncidentConnection = connectionOf('Incident', () => IncidentType);

@InputType('AcknowledgeIncidentInput', { description: 'Which incident the caller is on.' })
export class AcknowledgeIncidentInput {
  @Field(() => ID, { description: 'The incident, which is open.' })
  readonly incident!: string;

  @Field(() => String, { description: 'What is being done.' })
  readonly comment!: string;
}

@InputType('AddIncidentNoteInput', { description: 'What is to be kept of an incident.' })
export class AddIncidentNoteInput {
  @Field(() => ID, { description: 'The incident, open or not.' })
  readonly incident!: string;

  @Field(() => String, { description: 'What was found or done, up to 2,000 characters.' })
  readonly note!: string;
}

@ObjectType('IncidentPayload', { description: 'A changed incident.' })
@Access(READ)
export class IncidentPayload extends ChangedPayload {
  @Field(() => IncidentType, { description: 'The incident after the change.' })
  readonly incident!: IncidentType;
}

@ArgsType()
export class IncidentArgs extends PageArgs {
  @Field(() => IncidentStatusEnum, { nullable: true, description: 'Only incidents that stand here.' })
  readonly status?: IncidentStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only incidents with an alert about this deployment.' })
  readonly deployment?: string | null;
}
