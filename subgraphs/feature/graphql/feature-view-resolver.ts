import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { viewUrn } from '../domain/ids.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { EntityType } from './entity.ts';
import {
  DefineFeatureViewInput,
  DefineFeatureViewPayload,
  FeatureType,
  FeatureViewConnection,
  FeatureViewType,
} from './feature-view.ts';
import { ColumnType, SourceType } from './source.ts';

@ArgsType()
class FeatureViewsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only the versions of this name.' })
  readonly name?: string | null;
}

@Resolver(() => FeatureViewType)
export class FeatureViewResolver {
  @Query(() => FeatureViewType, { nullable: true, description: 'The version with this id; null where there is none.' })
  @Access(READ)
  async featureView(
    @Arg('id', () => ID, { description: 'Its id; without a version, the newest.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<FeatureViewType | null> {
    const pin = viewUrn.lookUp(actor.project, id);
    const found = pin && (await loaders.view.load(pin));
    return found && new FeatureViewType(found);
  }

  @Query(() => FeatureViewConnection, { description: 'All versions of all feature views, by name and version.' })
  @Access(READ)
  async featureViews(
    @Args(() => FeatureViewsArgs) { name, ...args }: FeatureViewsArgs,
    @Ctx() context: FeatureContext,
  ): Promise<Connection<FeatureViewType>> {
    return pageOf(args, {
      sortedBy: ['string', 'number'],
      rows: (page) => context.reading.listViews(context, page, typeof name === 'string' ? { name } : {}),
      keyOf: (row) => [row.name, row.version],
      nodeOf: (row) => new FeatureViewType(row),
    });
  }

  @FieldResolver(() => EntityType, { nullable: true, description: 'The entity that it describes.' })
  @Access(READ)
  async entity(@Root() view: FeatureViewType, @Ctx() { loaders }: FeatureContext): Promise<EntityType | null> {
    const found = await loaders.entity.load(view.entityName);
    return found && new EntityType(found);
  }

  @FieldResolver(() => SourceType, { nullable: true, description: 'The source that it is loaded from.' })
  @Access(READ)
  async source(@Root() view: FeatureViewType, @Ctx() { loaders }: FeatureContext): Promise<SourceType | null> {
    const found = await loaders.source.load(view.sourceName);
    return found && new SourceType(found);
  }

  @Mutation(() => DefineFeatureViewPayload, {
    description: 'Defines a feature view. A change of what it answers makes a new version; labels change in place.',
  })
  @Access(WRITE)
  async defineFeatureView(
    @Input(() => DefineFeatureViewInput, 'The view as it shall be.') input: DefineFeatureViewInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineFeatureViewPayload> {
    const { value, eventCursor } = await context.definitions.defineFeatureView(context, input);
    return { featureView: new FeatureViewType(value), eventCursor };
  }
}

@Resolver(() => FeatureType)
export class FeatureResolver {
  @FieldResolver(() => FeatureViewType, { description: 'The view version that it belongs to.' })
  @Access(READ)
  view(@Root() feature: FeatureType): FeatureViewType {
    return new FeatureViewType(feature.of);
  }

  @FieldResolver(() => ColumnType, {
    nullable: true,
    description: 'The source’s column that it is read from; null for a window that counts events and for a network.',
  })
  @Access(READ)
  async column(@Root() feature: FeatureType, @Ctx() { loaders }: FeatureContext): Promise<ColumnType | null> {
    const source = await loaders.source.load(feature.of.source);
    const name = feature.of.features.find((one) => one.name === feature.name)?.column;
    const column = source?.columns.find((one) => one.name === name);
    return source && column ? new ColumnType(source, column) : null;
  }
}
