import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import { nameOf, pinOf } from '../domain/id.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { FeatureViewType } from './feature-view.ts';
import { checkWait } from './job.ts';
import {
  MaterializationConnection,
  MaterializationType,
  MaterializeInput,
  MaterializePayload,
} from './materialization.ts';

@ArgsType()
class MaterializationsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this view; with a version only of that one.' })
  readonly view?: string | null;
}

@Resolver(() => MaterializationType)
export class MaterializationResolver {
  @Query(() => MaterializationType, { nullable: true, description: 'The load with this id; null if there is none.' })
  @Access(READ)
  async materialization(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<MaterializationType | null> {
    const found = await loaders.materialization.load(nameOf(actor.project, 'materialization', id));
    return found && new MaterializationType(found);
  }

  @Query(() => MaterializationConnection, { description: 'All loads, newest first.' })
  @Access(READ)
  async materializations(
    @Args(() => MaterializationsArgs) { view, ...args }: MaterializationsArgs,
    @Ctx() { materializations, actor }: FeatureContext,
  ): Promise<InstanceType<typeof MaterializationConnection>> {
    const page = pageRequest(args, ['number', 'string']);
    const pin = typeof view === 'string' ? pinOf(actor.project, 'feature-view', view, 'view') : null;
    const rows = await materializations.list(actor.project, page, {
      ...(pin && { view: pin.name }),
      ...(pin && pin.version !== null && { version: pin.version }),
    });
    return toConnection(
      rows,
      page,
      ({ startedAt, key }) => [startedAt.getTime(), key],
      (row) => new MaterializationType(row),
    );
  }

  @FieldResolver(() => FeatureViewType, { nullable: true, description: 'The view version that was loaded.' })
  @Access(READ)
  async view(
    @Root() materialization: MaterializationType,
    @Ctx() { loaders }: FeatureContext,
  ): Promise<FeatureViewType | null> {
    const found = await loaders.view.load(materialization.of);
    return found && new FeatureViewType(found);
  }

  @Mutation(() => MaterializePayload, {
    description:
      'Loads a view from its source, into the log and on-line. One load of a view runs at a time; a second is refused.',
  })
  @Access(WRITE)
  async materialize(
    @Arg('input', () => MaterializeInput, { description: 'What to load.' }) { waitMs, ...request }: MaterializeInput,
    @Ctx() context: FeatureContext,
  ): Promise<MaterializePayload> {
    const { materialization, eventCursor } = await context.materializations.materialize(
      context,
      request,
      checkWait(waitMs),
    );
    return { materialization: new MaterializationType(materialization), eventCursor };
  }
}
