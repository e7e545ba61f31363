import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { FacetType } from './asset-filter.ts';
import { assetPage, type AssetPage } from './asset-page.ts';
import { AssetConnection, AssetType, SearchArgs } from './asset.ts';
import { AutoCompleteArgs, SuggestionType } from './suggestion.ts';

@Resolver(() => AssetConnection)
export class AssetResolver {
  @Query(() => AssetConnection, { description: 'Everything that fits a text, best first, over all subgraphs.' })
  @Access(READ)
  search(
    @Args(() => SearchArgs) { text, kinds, orFilters, ...page }: SearchArgs,
    @Ctx() context: RegistryContext,
  ): Promise<AssetPage> {
    return assetPage(context, { text, kinds: kinds ?? [], orFilters: orFilters ?? [] }, page);
  }

  @FieldResolver(() => Int, { description: 'How many assets the search finds, over all its pages.' })
  total(@Root() { search }: AssetPage, @Ctx() context: RegistryContext): Promise<number> {
    return context.registry.discovery.count(context, search);
  }

  @FieldResolver(() => [FacetType], { description: 'How often each value occurs in what the search finds, by field.' })
  async facets(@Root() { search }: AssetPage, @Ctx() context: RegistryContext): Promise<readonly FacetType[]> {
    return context.registry.discovery.facets(context, search);
  }

  @Query(() => [SuggestionType], { description: 'How a text that is being typed can go on, the likeliest first.' })
  @Access(READ)
  async autoComplete(
    @Args(() => AutoCompleteArgs) { text, field, kinds, first }: AutoCompleteArgs,
    @Ctx() context: RegistryContext,
  ): Promise<readonly SuggestionType[]> {
    return context.registry.discovery.complete(context, { text, field, kinds: kinds ?? [], first });
  }

  @Query(() => AssetType, { nullable: true, description: 'What is known of one id; null if no subgraph announced it.' })
  @Access(READ)
  async asset(
    @Arg('id', () => ID, { description: 'The id of anything, whole or short.' }) id: string,
    @Ctx() context: RegistryContext,
  ): Promise<AssetType | null> {
    const found = await context.registry.discovery.asset(context, id);
    return found ? new AssetType(found) : null;
  }
}
