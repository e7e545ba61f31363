import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { Cause } from '../../domain/incident/cause.ts';
import type { Entry, Evidence, IncidentRole, Resolution } from '../../domain/incident/incident.ts';
import type { Origin } from '../../domain/incident/scope.ts';
import { READ } from '../access.ts';
import { AlertLabelType, alertLabels } from '../alert/alert-label.ts';
import { CauseEnum, IncidentEntryKindEnum, IncidentRoleEnum, OriginKindEnum } from './incident-enums.ts';

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
