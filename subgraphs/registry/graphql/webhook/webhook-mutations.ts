import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import { WEBHOOKS } from '../access.ts';
import type { WebhookStatus } from '../../domain/webhook/webhook.ts';
import { AssetKindEnum } from '../catalogue/asset.ts';
import type { RegistryContext } from '../context.ts';
import { WebhookDeliveryType, WebhookPingType, WebhookStatusEnum, WebhookType } from './webhook.ts';

@InputType({ description: 'A new webhook. It is told of what happens from now on.' })
export class CreateWebhookInput {
  @Field(() => String, { description: 'https to a public host; others only where configuration allows the host.' })
  url!: string;

  @Field(() => [AssetKindEnum], {
    nullable: true,
    description: 'Only events of these kinds; left out or empty: of all.',
  })
  kinds?: UrnKind[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;
}

@InputType({ description: 'What is to be different; what is left out stays.' })
export class UpdateWebhookInput {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Where messages go from now on, pending ones included.' })
  url?: string | null;

  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only events of these kinds; empty: of all.' })
  kinds?: UrnKind[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => WebhookStatusEnum, { nullable: true, description: 'DISABLED stops it, ACTIVE lets it go on.' })
  status?: WebhookStatus | null;
}

@InputType({ description: 'Which webhook gets a new secret, and how long the old one signs beside it.' })
export class RotateWebhookSecretInput {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;

  @Field(() => Int, { defaultValue: 24, description: 'For so many hours both secrets sign: 0 to 168.' })
  overlapHours!: number;
}

@InputType({ description: 'One webhook.' })
export class WebhookInput {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;
}

@InputType({ description: 'One delivery.' })
export class RedeliverInput {
  @Field(() => ID, { description: 'The delivery.' })
  id!: string;
}

@ObjectType({ description: 'A webhook with its secret, which is told only here.' })
@Access(WEBHOOKS)
export class WebhookSecretPayload {
  @Field(() => WebhookType, { description: 'The webhook.' })
  webhook!: WebhookType;

  @Field(() => String, { description: 'What its messages are signed with; it cannot be read again.' })
  secret!: string;
}

const secretPayload = ({
  webhook,
  secret,
}: {
  webhook: ConstructorParameters<typeof WebhookType>[0];
  secret: string;
}) => ({
  webhook: new WebhookType(webhook),
  secret,
});

@Resolver()
export class WebhookMutations {
  @Mutation(() => WebhookSecretPayload, { description: 'Makes a webhook for the events of all subgraphs.' })
  @Access(WEBHOOKS)
  async createWebhook(
    @Arg('input', () => CreateWebhookInput, { description: 'The webhook.' }) input: CreateWebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookSecretPayload> {
    return secretPayload(await context.registry.webhooks.create(context, input));
  }

  @Mutation(() => WebhookType, { description: 'Changes a webhook, stops it or lets it go on.' })
  @Access(WEBHOOKS)
  async updateWebhook(
    @Arg('input', () => UpdateWebhookInput, { description: 'The change.' }) { id, ...wish }: UpdateWebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookType> {
    return new WebhookType(await context.registry.webhooks.update(context, id, wish));
  }

  @Mutation(() => WebhookSecretPayload, {
    description: 'Gives a webhook a new secret; for a while the old one signs, too.',
  })
  @Access(WEBHOOKS)
  async rotateWebhookSecret(
    @Arg('input', () => RotateWebhookSecretInput, { description: 'The webhook.' }) input: RotateWebhookSecretInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookSecretPayload> {
    return secretPayload(await context.registry.webhooks.rotate(context, input.id, input.overlapHours));
  }

  @Mutation(() => ID, { description: 'Ends a webhook, with all that was still to be delivered. Answers its id.' })
  @Access(WEBHOOKS)
  async deleteWebhook(
    @Arg('input', () => WebhookInput, { description: 'The webhook.' }) { id }: WebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<string> {
    await context.registry.webhooks.delete(context, id);
    return id;
  }

  @Mutation(() => WebhookDeliveryType, {
    description: 'Makes a delivery due at once, whatever became of it; the message keeps its id.',
  })
  @Access(WEBHOOKS)
  async redeliver(
    @Arg('input', () => RedeliverInput, { description: 'The delivery.' }) { id }: RedeliverInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookDeliveryType> {
    return new WebhookDeliveryType(await context.registry.webhooks.redeliver(context, id));
  }

  @Mutation(() => WebhookPingType, { description: 'Sends a signed ping now and tells what it met.' })
  @Access(WEBHOOKS)
  testWebhook(
    @Arg('input', () => WebhookInput, { description: 'The webhook.' }) { id }: WebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookPingType> {
    return context.registry.webhooks.ping(context, id);
  }
}
