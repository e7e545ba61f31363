import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { AssetType } from './asset.ts';
import type { RegistryContext } from '../context.ts';
import { LineageType, LineageArgs } from './lineage.ts';

@Resolver()
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
    const { nodes, edges, gaps } = await context.registry.discovery.lineage(context, input);
    return {
      nodes: nodes.map((node) => ({ ...node, asset: node.asset && new AssetType(node.asset) })),
      edges,
      complete: gaps.length === 0,
      truncatedBecause: gaps,
    };
  }
}
