import { ArgsType, Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { AlertSeverity } from '../../domain/alert/alert-rule.ts';
import { incidentUrn } from '../../domain/ids.ts';
import type { Cause } from '../../domain/incident/cause.ts';
import {
  INCIDENT_ROLES,
  severityOfIncident,
  type Entry,
  type Evidence,
  type Incident,
  type IncidentRole,
  type IncidentStatus,
  type Resolution,
} from '../../domain/incident/incident.ts';
import { deploymentsOf, titleOf } from '../../domain/incident/incident-event.ts';
import type { Origin } from '../../domain/incident/scope.ts';
import { READ } from '../access.ts';
import { AlertLabelType, alertLabels } from '../alert/alert-label.ts';
import { connectionOf } from '../connection.ts';
import { AlertSeverityEnum } from '../enums.ts';
import {
  CauseEnum,
  IncidentEntryKindEnum,
  IncidentRoleEnum,
  IncidentStatusEnum,
  OriginKindEnum,
} from './incident-enums.ts';
import { DeploymentType } from '../references.ts';

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

@ObjectType('IncidentContext', { description: 'What else was so when an alert fired, as the weather.' })
@Access(READ)
export class IncidentContextType {
  @Field(() => String, { description: 'As the rule names it.' })
  readonly name!: string;

  @Field(() => [AlertLabelType], { description: 'Of which series.' })
  readonly labels!: readonly AlertLabelType[];

  @Field(() => Float, { description: 'What it was.' })
  readonly value!: number;
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

  @Field(() => Boolean, { description: 'Its rule is about what the others have in common.' })
  readonly isComposite: boolean;

  @Field(() => [IncidentContextType], { description: 'What else its rule looked at when it fired.' })
  readonly context: readonly IncidentContextType[];

  @Field(() => Date, { description: 'When it fired.' })
  readonly firedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it fires.' })
  readonly endedAt: Date | null;

  constructor({ cause, text, value, alert, suppresses, context, firedAt, endedAt }: Evidence) {
    this.cause = cause;
    this.text = text;
    this.value = value;
    this.alert = alert;
    this.isComposite = suppresses.length > 0;
    this.context = context.map(({ labels, ...one }) => ({ ...one, labels: alertLabels(labels) }));
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

@ObjectType('IncidentRoleHolder', { description: 'Who has a role in an incident.' })
@Access(READ)
export class IncidentRoleHolderType {
  @Field(() => IncidentRoleEnum, { description: 'What they do.' })
  readonly role!: IncidentRole;

  @Field(() => String, { description: 'Who.' })
  readonly person!: string;
}

@ObjectType('IncidentResolution', { description: 'What a person said that an incident was.' })
@Access(READ)
export class IncidentResolutionType {
  @Field(() => String, { description: 'Who said so.' })
  readonly by: string;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => String, { description: 'What it was, and what was done.' })
  readonly comment: string;

  @Field(() => Boolean, { description: 'Nothing was wrong: it counts among the false alarms.' })
  readonly falseAlarm: boolean;

  constructor({ by, at, comment, falseAlarm }: Resolution) {
    this.by = by;
    this.at = new Date(at);
    this.comment = comment;
    this.falseAlarm = falseAlarm;
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

@InputType('ResolveIncidentInput', { description: 'Which incident is over, and what it was.' })
export class ResolveIncidentInput {
  @Field(() => ID, { description: 'The incident, open or not: what one was that ended by itself can be said later.' })
  readonly incident!: string;

  @Field(() => String, { description: 'What it was and what was done, up to 2,000 characters.' })
  readonly comment!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Nothing was wrong: it counts among the false alarms.' })
  readonly falseAlarm!: boolean;
}

@InputType('GiveIncidentRoleInput', { description: 'Who does what in an incident.' })
export class GiveIncidentRoleInput {
  @Field(() => ID, { description: 'The incident, open or not.' })
  readonly incident!: string;

  @Field(() => IncidentRoleEnum, { description: 'What they do. One person at a time has a role.' })
  readonly role!: IncidentRole;

  @Field(() => String, {
    nullable: true,
    description: 'Who, as the audit names people: `user:ada`. The caller when left out.',
  })
  readonly person?: string | null;
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
