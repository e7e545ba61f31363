import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ, SAVE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { assetPage, type AssetPage } from './asset-page.ts';
import { AssetConnection } from './asset.ts';
import {
  SavedSearchConnection,
  SavedSearchInput,
  SavedSearchPayload,
  SavedSearchType,
  SaveSearchInput,
} from './saved-search.ts';

@Resolver(() => SavedSearchType)
export class SavedSearchResolver {
  @Query(() => SavedSearchConnection, { description: 'All saved searches of the project, by name.' })
  @Access(READ)
  savedSearches(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<SavedSearchType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.registry.savedSearches.list(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new SavedSearchType(row),
    });
  }

  @Query(() => SavedSearchType, {
    nullable: true,
    description: 'One saved search; null if there is none of that name.',
  })
  @Access(READ)
  async savedSearch(
    @Arg('name', () => String, { description: 'Its name.' }) name: string,
    @Ctx() context: RegistryContext,
  ): Promise<SavedSearchType | null> {
    const search = await context.registry.savedSearches.byName(context, name);
    return search ? new SavedSearchType(search) : null;
  }

  @FieldResolver(() => AssetConnection, { description: 'What it finds now, best first.' })
  assets(
    @Root() { source }: SavedSearchType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<AssetPage> {
    const { text, kinds, orFilters } = source;
    return assetPage(context, { text, kinds, orFilters }, args);
  }

  @Mutation(() => SavedSearchPayload, { description: 'Keeps a search under a name.' })
  @Access(SAVE)
  async saveSearch(
    @Input(() => SaveSearchInput, 'The search.') input: SaveSearchInput,
    @Ctx() context: RegistryContext,
  ): Promise<SavedSearchPayload> {
    return new SavedSearchPayload(await context.registry.savedSearches.save(context, input));
  }

  @Mutation(() => String, { description: 'Forgets a saved search; answers its name.' })
  @Access(SAVE)
  deleteSavedSearch(
    @Input(() => SavedSearchInput, 'The search.') input: SavedSearchInput,
    @Ctx() context: RegistryContext,
  ): Promise<string> {
    return context.registry.savedSearches.delete(context, input);
  }
}
