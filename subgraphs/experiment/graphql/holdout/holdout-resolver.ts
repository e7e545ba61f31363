import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import type { Holdout } from '../../domain/holdout/holdout.ts';
import { holdoutIds } from '../../domain/ids.ts';
import { READ, WRITE } from '../access.ts';
import type { ExperimentContext } from '../context.ts';
import { HoldoutEffectType } from './holdout-effect.ts';
import { askedHoldout } from './asked-holdout.ts';
import { CreateHoldoutInput, EndHoldoutInput, HoldoutArgs } from './holdout-input.ts';
import { HoldoutConnection, HoldoutPayload, HoldoutType, type HoldoutPage } from './holdout.ts';

const payload = ({ value, eventCursor }: Changed<Holdout>): HoldoutPayload => ({
  holdout: new HoldoutType(value),
  eventCursor,
});

@Resolver(() => HoldoutType)
export class HoldoutResolver {
  @Query(() => HoldoutType, { nullable: true, description: 'One holdout by its id; null where there is none.' })
  @Access(READ)
  async holdout(
    @Arg('id', () => ID, { description: 'tiffin:<project>:holdout:<name>, or the name.' }) id: string,
    @Ctx() { reading, actor }: ExperimentContext,
  ): Promise<HoldoutType | null> {
    const key = holdoutIds.lookUp(actor.project, id);
    const found = key && (await reading.holdout.load(holdoutIds.format(key)));
    return found && new HoldoutType(found);
  }

  @Query(() => HoldoutConnection, { description: 'Holdouts by name.' })
  @Access(READ)
  holdouts(@Args(() => HoldoutArgs) args: HoldoutArgs, @Ctx() { reading }: ExperimentContext): Promise<HoldoutPage> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => reading.holdouts(args.status ?? null, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new HoldoutType(row),
    });
  }

  @FieldResolver(() => HoldoutEffectType, {
    nullable: true,
    description: 'What held out units do against all others; null without an event that says who is there.',
  })
  @Access(READ)
  async effect(
    @Root() { holdout }: HoldoutType,
    @Ctx() { holdouts }: ExperimentContext,
  ): Promise<HoldoutEffectType | null> {
    const report = await holdouts.report(holdout);
    return report && new HoldoutEffectType(report);
  }

  @Mutation(() => HoldoutPayload, { description: 'Keeps units out of all experiments of a namespace, from now on.' })
  @Access(WRITE)
  async createHoldout(
    @Input(() => CreateHoldoutInput, 'Which units.') input: CreateHoldoutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<HoldoutPayload> {
    return payload(await context.holdouts.create(context, askedHoldout(input)));
  }

  @Mutation(() => HoldoutPayload, { description: 'Ends a holdout: its slice is free for experiments again.' })
  @Access(WRITE)
  async endHoldout(
    @Input(() => EndHoldoutInput, 'Which, and why.') { holdout, reason }: EndHoldoutInput,
    @Ctx() context: ExperimentContext,
  ): Promise<HoldoutPayload> {
    return payload(await context.holdouts.end(context, { holdout, reason }));
  }
}
