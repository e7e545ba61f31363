import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf } from '../../../shared/graphql/connection.ts';
import { inboxType, type Inbox } from '../../../shared/graphql/inbox.ts';
import { READ } from '../access.ts';
import type { ExperimentContext } from '../context.ts';
import { RolloutConnection, RolloutType, type RolloutPage } from './rollout.ts';

export const InboxType = inboxType(READ);

@Resolver(() => InboxType)
export class InboxResolver {
  @FieldResolver(() => RolloutConnection, {
    nullable: true,
    description: 'Rollouts that go no further without a person: held for an approval, paused, or out of their traffic.',
  })
  @Access(READ)
  rollouts(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<RolloutPage> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.rollouts.waiting(context, id, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new RolloutType(row),
    });
  }
}
