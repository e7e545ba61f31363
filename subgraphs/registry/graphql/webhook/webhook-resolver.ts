import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import { WEBHOOKS } from '../access.ts';
import type { DeliveryState } from '../../domain/webhook/webhook.ts';
import type { RegistryContext } from '../context.ts';
import {
  DeliveryStateEnum,
  WebhookConnection,
  WebhookDeliveryConnection,
  WebhookDeliveryType,
  WebhookType,
} from './webhook.ts';

@ArgsType()
class DeliveryArgs extends PageArgs {
  @Field(() => DeliveryStateEnum, { nullable: true, description: 'Only those that are so far; left out: all.' })
  state?: DeliveryState | null;
}

@Resolver(() => WebhookType)
export class WebhookResolver {
  @Query(() => WebhookConnection, { description: 'All webhooks of the project, the oldest first.' })
  @Access(WEBHOOKS)
  async webhooks(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<WebhookType>> {
    const page = pageRequest(args, ['number']);
    const rows = await context.registry.webhooks.list(context, page);
    return toConnection(
      rows,
      page,
      ({ position }) => [position],
      (row) => new WebhookType(row),
    );
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
  async deliveries(
    @Root() { source }: WebhookType,
    @Args(() => DeliveryArgs) args: DeliveryArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<WebhookDeliveryType>> {
    const page = pageRequest(args, ['number']);
    const rows = await context.registry.webhooks.deliveries(source, page, args.state ?? null);
    return toConnection(
      rows,
      page,
      ({ position }) => [position],
      (row) => new WebhookDeliveryType(row),
    );
  }
}
