import { Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { FacetType } from './asset-filter.ts';
import { AssetType } from './asset.ts';
import {
  ImpactArgs,
  ImpactType,
  LineagePathsArgs,
  LineagePathsType,
  ReachedAssetConnection,
  type ReachedAssetType,
  SearchAcrossLineageArgs,
  type ReachPage,
} from './impact.ts';
import { LineageGapType } from './lineage.ts';

@Resolver(() => ReachedAssetConnection)
export class ImpactResolver {
  @Query(() => ImpactType, { description: 'What a change of something would touch, counted over the whole graph.' })
  @Access(READ)
  async impact(@Args(() => ImpactArgs) args: ImpactArgs, @Ctx() context: RegistryContext): Promise<ImpactType> {
    const { id, direction, depth, asOf, afterEvent } = args;
    const input = { id, direction, depth: depth ?? null, asOf: asOf ?? null, after: afterEvent ?? null };
    const reached = await context.registry.lineages.reached(context, input);
    const { gaps, start } = reached;
    const counts = context.registry.lineages.counts(reached);
    return { id: start.urn, ...counts, complete: gaps.length === 0, truncatedBecause: gaps };
  }

  @Query(() => ReachedAssetConnection, {
    description: 'What lineage leads to and fits a search, nearest first: however far, unless steps are given.',
  })
  @Access(READ)
  async searchAcrossLineage(
    @Args(() => SearchAcrossLineageArgs) args: SearchAcrossLineageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<ReachedAssetType> & ReachPage> {
    const { lineages } = context.registry;
    const page = pageRequest(args, ['number', 'string']);
    const reached = await lineages.reached(context, {
      id: args.id,
      direction: args.direction,
      depth: args.depth ?? null,
      asOf: args.asOf ?? null,
      after: args.afterEvent ?? null,
    });
    const search = { text: args.text, kinds: args.kinds ?? [], orFilters: args.orFilters ?? [] };
    const within = await lineages.within(context, reached, search);
    const rows = await lineages.page(context, within, page);
    const connection = toConnection(
      rows,
      page,
      ({ degree, urn }) => [degree, urn],
      ({ urn, degree, asset }): ReachedAssetType => ({ id: urn, degree, asset: asset && new AssetType(asset) }),
    );
    return { ...connection, reached, search, total: within.urns.length - 1 };
  }

  @FieldResolver(() => Int, { description: 'How many are found, over all pages.' })
  total(@Root() { total }: ReachPage): number {
    return total;
  }

  @FieldResolver(() => [FacetType], { description: 'How often each value occurs in what is found, by field.' })
  async facets(@Root() { reached, search }: ReachPage, @Ctx() context: RegistryContext): Promise<readonly FacetType[]> {
    return context.registry.lineages.facets(context, reached, search);
  }

  @FieldResolver(() => Boolean, {
    description: 'True only if every subgraph’s events have been taken in, nothing was cut off and no id is unknown.',
  })
  complete(@Root() { reached }: ReachPage): boolean {
    return reached.gaps.length === 0;
  }

  @FieldResolver(() => [LineageGapType], { description: 'Why it is not complete.' })
  truncatedBecause(@Root() { reached }: ReachPage): readonly LineageGapType[] {
    return reached.gaps;
  }

  @Query(() => LineagePathsType, { description: 'All ways from one asset down to another, the shortest first.' })
  @Access(READ)
  async lineagePaths(
    @Args(() => LineagePathsArgs) { from, to, depth, first, asOf, afterEvent }: LineagePathsArgs,
    @Ctx() context: RegistryContext,
  ): Promise<LineagePathsType> {
    const input = { from, to, depth, first, asOf: asOf ?? null, after: afterEvent ?? null };
    const { paths, gaps } = await context.registry.lineages.paths(context, input);
    return { paths: paths.map((ids) => ({ ids })), complete: gaps.length === 0, truncatedBecause: gaps };
  }
}
