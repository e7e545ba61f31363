import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { ExperimentContext } from '../context.ts';

@ObjectType('KeptUnitEvents', { description: 'Pushed events of a name of which older ones were dropped.' })
@Access(READ)
export class KeptUnitEventsType {
  @Field(() => String, { description: 'Their name.' })
  readonly event!: string;

  @Field(() => Date, { description: 'From when on they are still there.' })
  readonly since!: Date;
}

@ObjectType('UnitEventRetention', { description: 'How long pushed events of units are kept.' })
@Access(READ)
export class UnitEventRetentionType {
  @Field(() => Int, { nullable: true, description: 'For how many days at least; null: for ever.' })
  readonly days!: number | null;

  @Field(() => String, { description: 'The setting that says so.' })
  readonly setting!: string;

  @Field(() => [KeptUnitEventsType], { description: 'What was dropped so far, by name.' })
  readonly kept!: readonly KeptUnitEventsType[];
}

@Resolver()
export class EventRetentionResolver {
  @Query(() => UnitEventRetentionType, {
    description:
      'How long pushed events of units are kept: longer than that where an experiment that is not archived, or an active holdout, reads them.',
  })
  @Access(READ)
  async unitEventRetention(@Ctx() { actor, eventRetention }: ExperimentContext): Promise<UnitEventRetentionType> {
    const kept = await eventRetention.keptSince(actor.project);
    return {
      days: eventRetention.days,
      setting: 'TIFFIN_UNIT_EVENT_DAYS',
      kept: [...kept].map(([event, since]) => ({ event, since })),
    };
  }
}
