import { Args, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { source, type AssetChange } from '../../../shared/graphql/change.ts';
import { assetOf } from '../../domain/catalogue/asset.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AssetChangeArgs, AssetChangeType } from './asset-change.ts';
import { AssetType } from './asset.ts';

@Resolver(() => AssetChangeType)
export class AssetChangeResolver {
  @Subscription(() => AssetChangeType, {
    description: 'Whatever changes in any subgraph. One that is away holds back what it tells, and nothing else.',
    subscribe: source((args: AssetChangeArgs, context: RegistryContext) =>
      context.registry.listening.assets(context, args),
    ),
  })
  @Access(READ)
  assetChanged(@Root() change: AssetChange, @Args(() => AssetChangeArgs) _args: AssetChangeArgs): AssetChangeType {
    return new AssetChangeType(change);
  }

  @FieldResolver(() => AssetType, { description: 'The asset as the event tells of it.' })
  asset(@Root() { event }: AssetChangeType): AssetType {
    return new AssetType(assetOf(event));
  }
}
