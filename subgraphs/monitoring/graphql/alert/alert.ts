import { ArgsType, Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { AlertSeverity } from '../../domain/alert/alert-rule.ts';
import type { Acknowledgement, Alert, AlertStatus } from '../../domain/alert/alert.ts';
import { alertUrn } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { AlertSeverityEnum, AlertStatusEnum } from '../enums.ts';
import { AlertLabelType, alertLabels } from './alert-label.ts';
import { DeploymentType } from '../references.ts';

@ObjectType('Acknowledgement', { description: 'Somebody is on an alert: its ladder is not climbed meanwhile.' })
@Access(READ)
export class AcknowledgementType {
  @Field(() => String, { description: 'Who.' })
  readonly by!: string;

  @Field(() => Date, { description: 'Since when.' })
  readonly at!: Date;

  @Field(() => Date, { nullable: true, description: 'Until when; null: until the alert ends.' })
  readonly until!: Date | null;

  @Field(() => String, { description: 'What they say.' })
  readonly comment!: string;
}

@ObjectType('Alert', { description: "One run of a rule's condition on one series, from its first hit to its end." })
@Directive('@key(fields: "id")')
@Access(READ)
export class AlertType {
  @Field(() => ID, { description: 'tiffin:<project>:alert:<rule>/<series>/<active since>.' })
  readonly id: string;

  @Field(() => AlertStatusEnum, { description: 'Where it stands.' })
  readonly status: AlertStatus;

  @Field(() => AlertSeverityEnum, { description: 'How urgent it is.' })
  readonly severity: AlertSeverity;

  @Field(() => DeploymentType, {
    nullable: true,
    description: 'The deployment that it is about; null where none is known.',
  })
  readonly deployment: DeploymentType | null;

  @Field(() => String, {
    description: 'Which series of its rule it is about: the fingerprint of its labels, as Prometheus writes it.',
  })
  readonly fingerprint: string;

  @Field(() => [AlertLabelType], { description: 'What it is called: labels of the series and of the rule.' })
  readonly labels: readonly AlertLabelType[];

  @Field(() => [AlertLabelType], { description: 'What its rule says of it.' })
  readonly annotations: readonly AlertLabelType[];

  @Field(() => String, { nullable: true, description: 'Where to read what to do: the annotation `runbook_url`.' })
  readonly runbookUrl: string | null;

  @Field(() => Date, { description: 'First evaluation at which the condition held.' })
  readonly activeAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it had held for long enough; null before that.' })
  readonly firedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it is open.' })
  readonly endedAt: Date | null;

  @Field(() => Float, { nullable: true, description: 'The last value seen; null where there was too little data.' })
  readonly value: number | null;

  @Field(() => Date, { description: 'When it was last evaluated.' })
  readonly evaluatedAt: Date;

  @Field(() => Boolean, { description: 'Whether a silence covered it when it was last evaluated.' })
  readonly silenced: boolean;

  @Field(() => AcknowledgementType, {
    nullable: true,
    description: 'Who is on it; null where nobody is, or no longer.',
  })
  readonly acknowledgement: Acknowledgement | null;

  readonly alert: Alert;

  constructor(alert: Alert) {
    this.alert = alert;
    this.id = alertUrn.format(alert);
    this.status = alert.status;
    this.severity = alert.severity;
    this.deployment = alert.deployment === null ? null : new DeploymentType(alert.deployment);
    this.fingerprint = alert.fingerprint;
    this.labels = alertLabels(alert.labels);
    this.annotations = alertLabels(alert.annotations);
    this.runbookUrl = alert.annotations['runbook_url'] ?? null;
    this.activeAt = alert.activeAt;
    this.firedAt = alert.firedAt;
    this.endedAt = alert.endedAt;
    this.value = alert.value;
    this.evaluatedAt = alert.evaluatedAt;
    this.silenced = alert.silenced;
    this.acknowledgement = alert.acknowledgement;
  }
}

export const AlertConnection = connectionOf('Alert', () => AlertType);

@InputType('AcknowledgeAlertInput', { description: 'Which alert the caller is on.' })
export class AcknowledgeAlertInput {
  @Field(() => ID, { description: 'The alert, which is open.' })
  readonly alert!: string;

  @Field(() => String, { description: 'What is being done.' })
  readonly comment!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'After so long it lapses, and the ladder is climbed on; left out: when the alert ends.',
  })
  readonly forSeconds?: number | null;
}

@InputType('WithdrawAcknowledgementInput', { description: 'Which alert nobody is on any more.' })
export class WithdrawAcknowledgementInput {
  @Field(() => ID, { description: 'The alert.' })
  readonly alert!: string;
}

@ObjectType('AlertPayload', { description: 'A changed alert.' })
@Access(READ)
export class AlertPayload extends ChangedPayload {
  @Field(() => AlertType, { description: 'The alert after the change.' })
  readonly alert!: AlertType;
}

@ArgsType()
export class AlertPageArgs extends PageArgs {
  @Field(() => AlertStatusEnum, { nullable: true, description: 'Only alerts that stand here.' })
  readonly status?: AlertStatus | null;
}

@ArgsType()
export class AlertArgs extends AlertPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only alerts about this deployment.' })
  readonly deployment?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only alerts of this rule.' })
  readonly rule?: string | null;
}
