import { Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AssetInput, AssetPayload, DeprecateAssetInput, DescribeAssetInput } from './asset-note.ts';

@Resolver()
export class AssetNoteResolver {
  @Mutation(() => AssetPayload, {
    description: 'Says who answers for an asset of any subgraph, what it is for, and where one reads more.',
  })
  @Access(WRITE)
  async describeAsset(
    @Input(() => DescribeAssetInput, 'What to say of which asset.') input: DescribeAssetInput,
    @Ctx() context: RegistryContext,
  ): Promise<AssetPayload> {
    return new AssetPayload(await context.registry.assetNotes.describe(context, input));
  }

  @Mutation(() => AssetPayload, {
    description:
      'Marks an asset so that nobody begins to use it. Nothing that runs stops by it; what reads a deprecated feature service gets no new traffic (rule G11).',
  })
  @Access(WRITE)
  async deprecateAsset(
    @Input(() => DeprecateAssetInput, 'Which asset, and why.') input: DeprecateAssetInput,
    @Ctx() context: RegistryContext,
  ): Promise<AssetPayload> {
    return new AssetPayload(await context.registry.assetNotes.deprecate(context, input));
  }

  @Mutation(() => AssetPayload, { description: 'Ends the deprecation of an asset.' })
  @Access(WRITE)
  async endDeprecation(
    @Input(() => AssetInput, 'The asset.') input: AssetInput,
    @Ctx() context: RegistryContext,
  ): Promise<AssetPayload> {
    return new AssetPayload(await context.registry.assetNotes.endDeprecation(context, input));
  }
}
