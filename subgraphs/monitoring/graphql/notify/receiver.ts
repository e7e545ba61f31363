import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { receiverUrn } from '../../domain/ids.ts';
import { titleOf } from '../../domain/notify/message.ts';
import type { Receiver, ReceiverInput, ReceiverKind } from '../../domain/notify/receiver.ts';
import type { NotificationState, StoredNotification } from '../../operations/notify/receivers.ts';
import { READ, RECEIVERS } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { NotificationStateEnum, ReceiverKindEnum } from '../enums.ts';

@ObjectType('Receiver', { description: 'Somebody outside who is notified of alerts.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ReceiverType {
  @Field(() => ID, { description: 'tiffin:<project>:receiver:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name, which routes say.' })
  readonly name: string;

  @Field(() => ReceiverKindEnum, { description: 'How it is notified.' })
  readonly kind: ReceiverKind;

  @Field(() => String, { description: 'The host, or the addresses; the whole URL and keys are shown to nobody.' })
  readonly target: string;

  @Field(() => Boolean, { description: 'Whether it hears of ends.' })
  readonly sendResolved: boolean;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  readonly receiver: Receiver;

  constructor(receiver: Receiver) {
    this.receiver = receiver;
    this.id = receiverUrn.format(receiver);
    this.name = receiver.name;
    this.kind = receiver.kind;
    this.target = receiver.target;
    this.sendResolved = receiver.sendResolved;
    this.createdAt = receiver.createdAt;
    this.createdBy = receiver.createdBy;
  }
}

export const ReceiverConnection = connectionOf('Receiver', () => ReceiverType);

@ObjectType('Notification', { description: 'What a receiver is sent about a group of alerts, through all attempts.' })
@Access(READ)
export class NotificationType {
  @Field(() => ID, { description: 'The same in every attempt: what a receiver tells repetitions by.' })
  readonly id: string;

  @Field(() => String, { description: 'In one line.' })
  readonly title: string;

  @Field(() => Int, { description: 'How many alerts it tells of.' })
  readonly alerts: number;

  @Field(() => NotificationStateEnum, { description: 'What became of it.' })
  readonly state: NotificationState;

  @Field(() => Int, { description: 'How often it was tried.' })
  readonly attempts: number;

  @Field(() => String, { nullable: true, description: 'What the last attempt met.' })
  readonly answer: string | null;

  @Field(() => Date, { description: 'When it was decided.' })
  readonly firstAt: Date;

  @Field(() => Date, { description: 'When it is tried next; of an ended one: when it ended.' })
  readonly nextAt: Date;

  constructor(stored: StoredNotification) {
    this.id = stored.id;
    this.title = titleOf(stored.body);
    this.alerts = stored.body.alerts.length;
    this.state = stored.state;
    this.attempts = stored.attempts;
    this.answer = stored.answer;
    this.firstAt = stored.firstAt;
    this.nextAt = stored.nextAt;
  }
}

export const NotificationConnection = connectionOf('Notification', () => NotificationType);

@InputType('CreateReceiverInput', { description: 'Who is to be notified, and how. Routes say of what.' })
export class CreateReceiverInput implements ReceiverInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => ReceiverKindEnum, { description: 'How it is notified.' })
  readonly kind!: ReceiverKind;

  @Field(() => String, {
    nullable: true,
    description:
      "For WEBHOOK and SLACK: https to a public host; others only where configuration allows the host. For PAGERDUTY in place of PagerDuty's own.",
  })
  readonly url?: string | null;

  @Field(() => String, { nullable: true, description: 'For PAGERDUTY: the integration key.' })
  readonly routingKey?: string | null;

  @Field(() => [String], { nullable: true, description: 'For EMAIL: 1 to 50 addresses.' })
  readonly to?: readonly string[] | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether it hears of ends.' })
  readonly sendResolved!: boolean;
}

@InputType('DeleteReceiverInput', { description: 'Which receiver.' })
export class DeleteReceiverInput {
  @Field(() => ID, { description: 'The receiver.' })
  readonly receiver!: string;
}

@InputType('TestReceiverInput', { description: 'Which receiver to try.' })
export class TestReceiverInput {
  @Field(() => ID, { description: 'The receiver.' })
  readonly receiver!: string;
}

@ObjectType('CreateReceiverPayload', { description: 'A new receiver.' })
@Access(RECEIVERS)
export class CreateReceiverPayload {
  @Field(() => ReceiverType, { description: 'It.' })
  readonly receiver!: ReceiverType;

  @Field(() => String, {
    nullable: true,
    description: 'What messages to a WEBHOOK are signed with (`whsec_…`); shown now and never again.',
  })
  readonly secret!: string | null;
}

@ObjectType('DeleteReceiverPayload', { description: 'A receiver that is no more.' })
@Access(RECEIVERS)
export class DeleteReceiverPayload {
  @Field(() => ReceiverType, { description: 'As it was.' })
  readonly receiver!: ReceiverType;
}

@ObjectType('TestReceiverPayload', { description: 'What trying a receiver came to.' })
@Access(RECEIVERS)
export class TestReceiverPayload {
  @Field(() => Boolean, { description: 'Whether it took the message.' })
  readonly ok!: boolean;

  @Field(() => String, { description: 'What it answered, or why none was answered.' })
  readonly answer!: string;

  @Field(() => Float, { description: 'How long that took.' })
  readonly tookMs!: number;
}
