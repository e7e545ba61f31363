import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { sourceUrn } from '../domain/ids.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { ColumnType, DefineSourceInput, DefineSourcePayload, SourceConnection, SourceType } from './source.ts';

@Resolver(() => SourceType)
export class SourceResolver {
  @Query(() => SourceType, { nullable: true, description: 'The source with this id; null where there is none.' })
  @Access(READ)
  async source(
    @Arg('id', () => ID, { description: 'Its id, or its name.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<SourceType | null> {
    const key = sourceUrn.lookUp(actor.project, id);
    const found = key && (await loaders.source.load(key.name));
    return found && new SourceType(found);
  }

  @Query(() => SourceConnection, { description: 'All sources, by name.' })
  @Access(READ)
  async sources(@Args(() => PageArgs) args: PageArgs, @Ctx() context: FeatureContext): Promise<Connection<SourceType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.reading.listSources(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new SourceType(row),
    });
  }

  @Mutation(() => DefineSourcePayload, { description: 'Defines a source, or changes it and reads its columns anew.' })
  @Access(WRITE)
  async defineSource(
    @Input(() => DefineSourceInput, 'The source as it shall be.') input: DefineSourceInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineSourcePayload> {
    const { value, eventCursor } = await context.definitions.defineSource(context, input);
    return { source: new SourceType(value), eventCursor };
  }
}

@Resolver(() => ColumnType)
export class ColumnResolver {
  @FieldResolver(() => SourceType, { nullable: true, description: 'The source that it belongs to.' })
  @Access(READ)
  async source(@Root() column: ColumnType, @Ctx() { loaders }: FeatureContext): Promise<SourceType | null> {
    const found = await loaders.source.load(column.sourceName);
    return found && new SourceType(found);
  }
}
