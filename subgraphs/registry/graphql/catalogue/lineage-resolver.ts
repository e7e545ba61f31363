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
    const { nodes, edges, gaps, hidden } = await context.registry.lineages.lineage(context, input);
    return {
      nodes: nodes.map((node) => ({ ...node, asset: node.asset && new AssetType(node.asset), hiddenOf: hidden })),
      edges,
      complete: gaps.length === 0,
      truncatedBecause: gaps,
    };
  }

  @FieldResolver(() => Int, {
    description: 'How many of its neighbours in the direction of the walk are not shown: more steps would show them.',
  })
  async hidden(@Root() { id, hiddenOf }: LineageNodeType): Promise<number> {
    return (await hiddenOf()).get(id) ?? 0;
  }
}
