import { Field, ObjectType } from 'type-graphql';

/** What every mutation answers besides the noun itself; a payload extends it and says its own access rule. */
@ObjectType()
export abstract class ChangedPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Pass it as `after` to `search` or `lineage` to see the change there; null where nothing changed.',
  })
  readonly eventCursor: string | null;

  constructor(eventCursor: string | null) {
    this.eventCursor = eventCursor;
  }
}
