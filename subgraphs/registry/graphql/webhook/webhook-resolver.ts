import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root, Mutation } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { WEBHOOKS } from '../access.ts';
import type { DeliveryState } from '../../domain/webhook/webhook.ts';
import type { RegistryContext } from '../context.ts';
import {
  DeliveryStateEnum,
  WebhookConnection,
  WebhookDeliveryConnection,
  WebhookDeliveryType,
  WebhookType,
  WebhookPingType,
  WebhookSecretPayload,
} from './webhook.ts';
import { Input } from '../../../shared/graphql/input.ts';
import {
  CreateWebhookInput,
  UpdateWebhookInput,
  RotateWebhookSecretInput,
  WebhookInput,
  RedeliverInput,
} from './webhook-input.ts';

@ArgsType()
class DeliveryArgs extends PageArgs {
  @Field(() => DeliveryStateEnum, { nullable: true, description: 'Only those that are so far; left out: all.' })
  state?: DeliveryState | null;
}

@Resolver(() => WebhookType)
export class WebhookResolver {
  @Query(() => WebhookConnection, { description: 'All webhooks of the project, the oldest first.' })
  @Access(WEBHOOKS)
  webhooks(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RegistryContext): Promise<Connection<WebhookType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.webhooks.list(context, page),
      keyOf: ({ position }) => [position],
      nodeOf: (row) => new WebhookType(row),
    });
  }

  @Query(() => WebhookType, { nullable: true, description: 'One webhook; null if there is none of that id.' })
  @Access(WEBHOOKS)
  async webhook(
    @Arg('id', () => ID, { description: 'tiffin:<project>:webhook:<id>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<WebhookType | null> {
    const webhook = await loaders.webhook.load(id);
    return webhook && new WebhookType(webhook);
  }

  @FieldResolver(() => WebhookDeliveryConnection, {
    description: 'What was sent or is to be, the newest first; ended ones of the last week.',
  })
  deliveries(
    @Root() { source }: WebhookType,
    @Args(() => DeliveryArgs) args: DeliveryArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<WebhookDeliveryType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.webhooks.deliveries(source, page, { state: args.state ?? null }),
      keyOf: ({ position }) => [position],
      nodeOf: (row) => new WebhookDeliveryType(row),
    });
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When something is sent to it next; null where nothing is to be delivered.',
  })
  nextTryAt(@Root() { source }: WebhookType, @Ctx() context: RegistryContext): Promise<Date | null> {
    return context.registry.webhooks.nextTryAt(source);
  }

  @Mutation(() => WebhookSecretPayload, { description: 'Makes a webhook for the events of all subgraphs.' })
  @Access(WEBHOOKS)
  async createWebhook(
    @Input(() => CreateWebhookInput, 'The webhook.') input: CreateWebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookSecretPayload> {
    return new WebhookSecretPayload(await context.registry.webhooks.create(context, input));
  }

  @Mutation(() => WebhookType, { description: 'Changes a webhook, stops it or lets it go on.' })
  @Access(WEBHOOKS)
  async updateWebhook(
    @Input(() => UpdateWebhookInput, 'The change.') input: UpdateWebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookType> {
    return new WebhookType(await context.registry.webhooks.update(context, input));
  }

  @Mutation(() => WebhookSecretPayload, {
    description: 'Gives a webhook a new secret; for a while the old one signs, too.',
  })
  @Access(WEBHOOKS)
  async rotateWebhookSecret(
    @Input(() => RotateWebhookSecretInput, 'The webhook.') input: RotateWebhookSecretInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookSecretPayload> {
    return new WebhookSecretPayload(await context.registry.webhooks.rotateSecret(context, input));
  }

  @Mutation(() => ID, { description: 'Ends a webhook, with all that was still to be delivered. Answers its id.' })
  @Access(WEBHOOKS)
  deleteWebhook(
    @Input(() => WebhookInput, 'The webhook.') input: WebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<string> {
    return context.registry.webhooks.delete(context, input);
  }

  @Mutation(() => WebhookDeliveryType, {
    description: 'Makes a delivery due at once, whatever became of it; the message keeps its id.',
  })
  @Access(WEBHOOKS)
  async redeliver(
    @Input(() => RedeliverInput, 'The delivery.') input: RedeliverInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookDeliveryType> {
    return new WebhookDeliveryType(await context.registry.webhooks.redeliver(context, input));
  }

  @Mutation(() => WebhookPingType, { description: 'Sends a signed ping now and tells what it met.' })
  @Access(WEBHOOKS)
  testWebhook(
    @Input(() => WebhookInput, 'The webhook.') input: WebhookInput,
    @Ctx() context: RegistryContext,
  ): Promise<WebhookPingType> {
    return context.registry.webhooks.ping(context, input);
  }
}
