import { ArgsType, Field, Int, ObjectType, type SubscribeResolverData } from 'type-graphql';
import type { AssetEvent } from '../../../schema/event.ts';
import type { Change } from '../events/changes.ts';
import type { RequestContext } from './request-context.ts';

/** What the resolver of a subscription gets: its places alone go by without it. */
export type AssetChange = Change & { readonly event: AssetEvent };

/** What every subscription tells besides the noun itself; a type of changes extends it and says its own access rule. */
@ObjectType()
export abstract class ChangeType {
  @Field(() => String, { description: 'Where to go on: pass it as `after`, or the event’s id as `last-event-id`.' })
  readonly cursor: string;

  @Field(() => Int, { description: 'Of the noun; the highest says everything.' })
  readonly revision: number;

  @Field(() => Date, { description: 'When it changed.' })
  readonly at: Date;

  @Field(() => Boolean, { description: 'Whether it was deleted.' })
  readonly deleted: boolean;

  readonly event: AssetEvent;

  constructor({ cursor, event }: AssetChange) {
    this.cursor = cursor;
    this.event = event;
    this.revision = event.revision;
    this.at = new Date(event.at);
    this.deleted = event.deleted;
  }
}

/** Where a subscription begins; those with arguments of their own extend it. */
@ArgsType()
export class ChangeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Behind this cursor of the subscription, or a mutation’s eventCursor; left out: from now on.',
  })
  readonly after?: string | null;
}

/** The source of a subscription, for its decorator: arguments as the class `Args` has them. */
export const source =
  <Args extends ChangeArgs, Context extends RequestContext>(
    begin: (args: Args, context: Context) => AsyncGenerator<Change>,
  ): ((data: SubscribeResolverData) => AsyncGenerator<Change>) =>
  ({ args, context }) =>
    begin(args as Args, context as Context);
