import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AssetType, AssetConnection, SearchArgs } from './asset.ts';

@Resolver()
export class AssetResolver {
  @Query(() => AssetConnection, { description: 'Everything that fits a text, best first, over all subgraphs.' })
  @Access(READ)
  async search(
    @Args(() => SearchArgs) args: SearchArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<AssetType>> {
    const { text, kinds, afterEvent } = args;
    const page = pageRequest(args, ['number', 'string']);
    const input = { text, kinds: kinds ?? [] };
    const matches = await context.registry.discovery.search(context, input, page, afterEvent ?? null);
    return toConnection(
      matches,
      page,
      ({ score, asset }) => [score, asset.urn],
      ({ asset, highlights }) => new AssetType(asset, highlights),
    );
  }

  @Query(() => AssetType, { nullable: true, description: 'What is known of one id; null if nobody told of it.' })
  @Access(READ)
  async asset(
    @Arg('id', () => ID, { description: 'The id of anything, whole or short.' }) id: string,
    @Ctx() context: RegistryContext,
  ): Promise<AssetType | null> {
    const found = await context.registry.discovery.asset(context, id);
    return found ? new AssetType(found) : null;
  }
}
