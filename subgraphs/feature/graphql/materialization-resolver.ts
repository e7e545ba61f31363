import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { materializationUrn, viewUrn } from '../domain/ids.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { FeatureViewType } from './feature-view.ts';
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
    const key = materializationUrn.lookUp(actor.project, id);
    const found = key && (await loaders.materialization.load(key.key));
    return found && new MaterializationType(found);
  }

  @Query(() => MaterializationConnection, { description: 'All loads, newest first.' })
  @Access(READ)
  async materializations(
    @Args(() => MaterializationsArgs) { view, ...args }: MaterializationsArgs,
    @Ctx() context: FeatureContext,
  ): Promise<Connection<MaterializationType>> {
    const pin = typeof view === 'string' ? viewUrn.parse(context.actor.project, view, 'view') : null;
    return pageOf(args, {
      sortedBy: ['number', 'string'],
      rows: (page) => context.reading.listMaterializations(context, page, pin),
      keyOf: ({ startedAt, key }) => [startedAt.getTime(), key],
      nodeOf: (row) => new MaterializationType(row),
    });
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
    @Input(() => MaterializeInput, 'What to load.') input: MaterializeInput,
    @Ctx() context: FeatureContext,
  ): Promise<MaterializePayload> {
    const { value, eventCursor } = await context.materializations.materialize(context, input);
    return { materialization: new MaterializationType(value), eventCursor };
  }
}
