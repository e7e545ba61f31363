import { GraphQLJSON } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import { WEBHOOKS } from '../access.ts';
import { webhookUrn } from '../../domain/ids.ts';
import {
  DELIVERY_STATES,
  WEBHOOK_FORMATS,
  WEBHOOK_STATUSES,
  type DeliveryState,
  type Webhook,
  type WebhookDelivery,
  type WebhookFailure,
  type WebhookFormat,
  type WebhookStatus,
} from '../../domain/webhook/webhook.ts';
import { webhookAsInput } from '../../domain/webhook/webhook-input.ts';
import type { Pinged, WebhookWithSecret } from '../../operations/webhook/webhooks.ts';
import { AssetKindEnum } from '../catalogue/asset.ts';
import { connectionOf } from '../connection-types.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const WebhookStatusEnum = graphqlEnum(
  'WebhookStatus',
  WEBHOOK_STATUSES,
  'ACTIVE, or DISABLED: it misses what happens meanwhile; what was pending waits.',
);

export const WebhookFormatEnum = graphqlEnum('WebhookFormat', WEBHOOK_FORMATS, 'What a webhook sends.', {
  CHANGES: 'Every change, as a line for people and as its event.',
  OPENLINEAGE: 'The end of each load of a view and of each training set, as a RunEvent of OpenLineage.',
});

export const DeliveryStateEnum = graphqlEnum(
  'WebhookDeliveryState',
  DELIVERY_STATES,
  'PENDING; DELIVERED; FAILED: the receiver refused it for good; DEAD: it was tried for a day.',
);

@ObjectType('WebhookFailure', {
  description: 'A receiver that does not take deliveries. The mark goes with the first that it takes, a ping included.',
})
@Access(WEBHOOKS)
export class WebhookFailureType implements WebhookFailure {
  @Field(() => Date, { description: 'When the first attempt failed of those that failed in a row.' })
  readonly since!: Date;

  @Field(() => Int, { description: 'How many attempts failed in a row, of whichever deliveries.' })
  readonly attempts!: number;

  @Field(() => String, { description: 'What the last of them met: `HTTP 503`, or why none was answered.' })
  readonly answer!: string;

  @Field(() => Date, { description: 'When the last of them was.' })
  readonly lastAt!: Date;
}

@ObjectType('Webhook', { description: 'Somebody who is sent what happens in all subgraphs.' })
@Directive('@key(fields: "id")')
@Access(WEBHOOKS)
export class WebhookType {
  @Field(() => ID, { description: 'tiffin:<project>:webhook:<id>' })
  readonly id: string;

  @Field(() => String, { description: 'Where messages go.' })
  readonly url: string;

  @Field(() => [AssetKindEnum], { description: 'Only events of these kinds; empty: of all.' })
  readonly kinds: readonly UrnKind[];

  @Field(() => String, { description: 'What it is for, in words.' })
  readonly description: string;

  @Field(() => WebhookFormatEnum, { description: 'What it is sent.' })
  readonly format: WebhookFormat;

  @Field(() => WebhookStatusEnum, { description: 'Whether it is sent anything.' })
  readonly status: WebhookStatus;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'Until when the secret before the present one signs, too.' })
  readonly previousSecretUntil: Date | null;

  @Field(() => WebhookFailureType, {
    nullable: true,
    description: 'What its receiver does since it last took a delivery; null while they arrive.',
  })
  readonly failure: WebhookFailure | null;

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  readonly source: Webhook;

  constructor(webhook: Webhook) {
    this.id = webhookUrn.format({ project: webhook.project, name: webhook.id });
    this.url = webhook.url;
    this.kinds = webhook.kinds as readonly UrnKind[];
    this.description = webhook.description;
    this.format = webhook.format;
    this.status = webhook.status;
    this.createdBy = webhook.createdBy;
    this.createdAt = webhook.at;
    this.previousSecretUntil = webhook.previousSecretUntil;
    this.failure = webhook.failure;
    this.definition = webhookAsInput(webhook);
    this.source = webhook;
  }
}

@ObjectType('WebhookDelivery', { description: 'One message to one webhook. It is forgotten a week after its end.' })
@Access(WEBHOOKS)
export class WebhookDeliveryType {
  @Field(() => ID, { description: 'The `webhook-id` of every attempt.' })
  readonly id: string;

  @Field(() => String, { description: '`model-version.changed`: the kind, then changed or deleted.' })
  readonly type: string;

  @Field(() => ID, { description: 'What it tells of.' })
  readonly subject: string;

  @Field(() => Int, { description: 'The revision of the subject that it tells of.' })
  readonly revision: number;

  @Field(() => DeliveryStateEnum, { description: 'How far it is.' })
  readonly state: DeliveryState;

  @Field(() => Int, { description: 'How often it was sent.' })
  readonly attempts: number;

  @Field(() => String, {
    nullable: true,
    description: 'What the last attempt met: `HTTP 503`, or why none was answered.',
  })
  readonly answer: string | null;

  @Field(() => Date, { description: 'Since when it is to be delivered.' })
  readonly since: Date;

  @Field(() => Date, { nullable: true, description: 'When it is tried next; null if it is not pending.' })
  readonly nextTryAt: Date | null;

  constructor(delivery: WebhookDelivery) {
    this.id = delivery.id;
    this.type = delivery.type;
    this.subject = delivery.urn;
    this.revision = delivery.revision;
    this.state = delivery.state;
    this.attempts = delivery.attempts;
    this.answer = delivery.answer;
    this.since = delivery.firstAt;
    this.nextTryAt = delivery.state === 'PENDING' ? delivery.nextAt : null;
  }
}

@ObjectType('WebhookPing', { description: 'What a test message met.' })
@Access(WEBHOOKS)
export class WebhookPingType implements Pinged {
  @Field(() => Boolean, { description: 'Whether the receiver took it: an answer from 200 to 299.' })
  ok!: boolean;

  @Field(() => String, { description: '`HTTP 204`, or why there was no answer.' })
  answer!: string;

  @Field(() => Float, { description: 'How long it took, in milliseconds.' })
  tookMs!: number;
}

export const WebhookConnection = connectionOf('Webhook', () => WebhookType, WEBHOOKS);
export const WebhookDeliveryConnection = connectionOf('WebhookDelivery', () => WebhookDeliveryType, WEBHOOKS);

@ObjectType({ description: 'A webhook with its secret, which is shown only here.' })
@Access(WEBHOOKS)
export class WebhookSecretPayload {
  @Field(() => WebhookType, { description: 'The webhook.' })
  readonly webhook: WebhookType;

  @Field(() => String, { description: 'What its messages are signed with; it cannot be read again.' })
  readonly secret: string;

  constructor({ webhook, secret }: WebhookWithSecret) {
    this.webhook = new WebhookType(webhook);
    this.secret = secret;
  }
}
