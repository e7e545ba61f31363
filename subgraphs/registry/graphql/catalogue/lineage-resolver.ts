import { Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { AssetType } from './asset.ts';
import type { RegistryContext } from '../context.ts';
import { LineageNodeType, LineageType, LineageArgs } from './lineage.ts';

@Resolver(() => LineageNodeType)
export class LineageResolver {
  @Query(() => LineageType, {
    description: 'Lineage over all subgraphs, from source columns to edge nodes and alerts.',
  })
  @Access(READ)
  async lineage(
    @Args(() => LineageArgs) { id, direction, depth, asOf, after }: LineageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<LineageType> {
    const input = { id, direction, depth, asOf: asOf ?? null, after: after ?? null };
    const { nodes, edges, gaps, assets, hidden } = await context.registry.lineages.lineage(context, input);
    return {
      nodes: nodes.map((node) => ({ ...node, assetsOf: assets, hiddenOf: hidden })),
      edges,
      complete: gaps.length === 0,
      truncatedBecause: gaps,
    };
  }

  @FieldResolver(() => AssetType, {
    nullable: true,
    description: 'What is known of it; null if no subgraph announced it.',
  })
  async asset(@Root() { id, assetsOf }: LineageNodeType): Promise<AssetType | null> {
    const asset = (await assetsOf()).get(id);
    return asset ? new AssetType(asset) : null;
  }

  @FieldResolver(() => Int, {
    description: 'How many of its neighbours in the direction of the walk are not shown: more steps would show them.',
  })
  async hidden(@Root() { id, hiddenOf }: LineageNodeType): Promise<number> {
    return (await hiddenOf()).get(id) ?? 0;
  }
}
