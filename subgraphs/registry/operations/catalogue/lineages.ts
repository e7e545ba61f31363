import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { AssetGraph, type Paths, type Reach, type WalkedReach } from '../../domain/catalogue/asset-graph.ts';
import { checkFilters, type Facet, type SearchInput } from '../../domain/catalogue/asset-filter.ts';
import { countsOf, pageOfReach, type ReachedAsset, type ReachCounts } from '../../domain/catalogue/impact.ts';
import { gapsOf, walk, type Direction, type Gap, type LineageEdge } from '../../domain/catalogue/lineage.ts';
import { findAssets, knownAmong } from '../../storage/catalogue/asset.ts';
import { edgesFrom, hiddenNeighbours } from '../../storage/catalogue/asset-lineage.ts';
import { GraphMemory } from '../../storage/catalogue/graph-memory.ts';
import {
  begin,
  checkCount,
  checkDepth,
  type IndexState,
  type LineageMoment,
  type LineageStart,
} from './lineage-question.ts';
import type { Discovery } from './discovery.ts';

export interface LineageInput extends LineageMoment {
  readonly id: string;
  readonly direction: Direction;
  readonly depth: number;
}

export interface LineageNode {
  readonly id: string;
  readonly degree: number;
}

export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly gaps: readonly Gap[];
  /** What is known of the nodes, read once it is asked for; nothing of one that an edge names and nobody announced. */
  readonly assets: () => Promise<ReadonlyMap<string, Asset>>;
  /** How many neighbours of each node, in the direction of the walk, are not shown. */
  readonly hidden: () => Promise<ReadonlyMap<string, number>>;
}

export interface Around {
  readonly nodes: readonly (LineageNode & { readonly asset: Asset | null })[];
  readonly edges: readonly LineageEdge[];
}

/** A question about all that is reached, however far, unless steps are given. */
export interface ReachInput extends LineageMoment {
  readonly id: string;
  readonly direction: Direction;
  readonly depth: number | null;
}

export interface Reached {
  readonly start: Asset;
  readonly reach: WalkedReach;
  readonly gaps: readonly Gap[];
}

export interface PathsInput extends LineageMoment {
  readonly from: string;
  readonly to: string;
  readonly depth: number;
  readonly first: number;
}

/** The most assets that one answer counts. */
export const MOST_REACHED = 100_000;

const MOST_PATHS = 100;

/** The most ids among which the database is asked to search. */
const MOST_AMONG = 5_000;

interface LineagesDeps {
  readonly db: Database;
  readonly index: IndexState;
  readonly now: () => Date;
  readonly discovery: Discovery;
}

/** Questions about what comes from what, over the assets of all subgraphs. */
export class Lineages {
  readonly #deps: LineagesDeps;
  readonly #memory: GraphMemory;

  constructor(deps: LineagesDeps) {
    this.#deps = deps;
    this.#memory = new GraphMemory(deps.db);
  }

  /** Where something comes from, or what comes from it; with everything that keeps the answer from being complete. */
  async lineage({ actor }: RequestContext, input: LineageInput): Promise<Lineage> {
    const { direction, depth, asOf } = input;
    checkDepth(depth);
    const { project } = actor;
    const { db } = this.#deps;
    const { start, coverage, late } = await begin(this.#deps, project, input);
    const walked = await walk(start.urn, direction, depth, edgesFrom(db, project, direction, asOf));
    const urns = [...walked.degrees.keys()];
    const known = await knownAmong(db, project, urns);
    const dangling = urns.filter((urn) => !known.has(urn));
    let assets: Promise<ReadonlyMap<string, Asset>> | undefined;
    let hidden: Promise<ReadonlyMap<string, number>> | undefined;
    return {
      nodes: [...walked.degrees].map(([id, degree]) => ({ id, degree })),
      edges: walked.edges,
      gaps: [...late, ...gapsOf(walked, coverage, dangling)],
      assets: () => (assets ??= assetsByUrn(db, project, urns)),
      hidden: () => (hidden ??= hiddenNeighbours(db, project, { direction, asOf, urns })),
    };
  }

  /** Both ways from something at once, so many steps each: what it comes from, itself, and what comes from it. */
  async around(
    context: RequestContext,
    { id, depth }: { readonly id: string; readonly depth: number },
  ): Promise<Around> {
    const of = async (direction: Direction): Promise<Around> => {
      const { nodes, edges, assets } = await this.lineage(context, { id, direction, depth, asOf: null, after: null });
      const known = await assets();
      return { nodes: nodes.map((node) => ({ ...node, asset: known.get(node.id) ?? null })), edges };
    };
    const up = await of('UPSTREAM');
    const down = await of('DOWNSTREAM');
    return { nodes: [...up.nodes, ...down.nodes.slice(1)], edges: [...up.edges, ...down.edges] };
  }

  /** Everything that something comes from, or that comes from it. */
  async reached({ actor }: RequestContext, input: ReachInput): Promise<Reached> {
    if (input.depth !== null) checkDepth(input.depth);
    const begun = await begin(this.#deps, actor.project, input);
    const graph = await this.#graph(actor.project, begun.start.urn, input.direction, input);
    const depth = input.depth ?? Infinity;
    const reach = graph.reach(begun.start.urn, input.direction, depth, MOST_REACHED + 1);
    return { start: begun.start, reach, gaps: gapsOfReach(begun, reach) };
  }

  counts({ reach }: Reached): ReachCounts {
    return countsOf(reach);
  }

  /** What a search finds of what is reached, behind the start. */
  async within(context: RequestContext, { reach }: Reached, input: SearchInput): Promise<Reach> {
    checkFilters(input.orFilters);
    if (input.text.trim() === '' && input.kinds.length === 0 && input.orFilters.length === 0) return reach;
    // A list of all these ids costs the database more than a search of everything.
    const among = reach.urns.length > MOST_AMONG ? {} : { among: reach.urns.slice(1) };
    const fitting = await this.#deps.discovery.among(context, { ...input, ...among });
    const kept = reach.urns.map((urn, i) => i === 0 || fitting.has(urn));
    return {
      urns: reach.urns.filter((_, i) => kept[i]),
      degrees: reach.degrees.filter((_, i) => kept[i]),
      capped: reach.capped,
    };
  }

  /** One page of them, nearest first; one more than asked for. */
  async page(
    { actor }: RequestContext,
    within: Reach,
    page: PageRequest,
  ): Promise<readonly (ReachedAsset & { readonly asset: Asset | null })[]> {
    const found = pageOfReach(within, page);
    const urns = found.map(({ urn }) => urn);
    const byUrn = await assetsByUrn(this.#deps.db, actor.project, urns);
    return found.map((one) => ({ ...one, asset: byUrn.get(one.urn) ?? null }));
  }

  facets(context: RequestContext, { reach }: Reached, input: SearchInput): Promise<readonly Facet[]> {
    return this.#deps.discovery.facets(context, { ...input, among: reach.urns.slice(1) });
  }

  /** All ways from one asset down to another. */
  async paths(
    { actor }: RequestContext,
    input: PathsInput,
  ): Promise<{ readonly paths: Paths['paths']; readonly gaps: readonly Gap[] }> {
    checkDepth(input.depth);
    checkCount(input.first, MOST_PATHS);
    const { project } = actor;
    const begun = await begin(this.#deps, project, { ...input, id: input.from }, 'from');
    const end = await begin(this.#deps, project, { ...input, id: input.to, after: null }, 'to');
    const graph = await this.#graph(project, begun.start.urn, 'DOWNSTREAM', input);
    const { paths, more } = graph.paths(begun.start.urn, end.start.urn, input.depth, input.first);
    const urns = [...new Set(paths.flat())];
    const reach = { urns, unknown: urns.filter((urn) => !graph.isKnown(urn)), capped: false };
    const detail = `more than ${input.first} ways, or too many to try: ask for fewer steps`;
    const cut: readonly Gap[] = more ? [{ reason: 'PATH_CAP', detail }] : [];
    return { paths, gaps: [...gapsOfReach(begun, reach), ...cut] };
  }

  /** The graph as it is, from memory; or what of it was reached at a moment, from the table. */
  async #graph(project: string, start: string, direction: Direction, { asOf }: LineageMoment): Promise<AssetGraph> {
    if (asOf === null) return this.#memory.graph(project);
    const graph = new AssetGraph();
    const { db } = this.#deps;
    const most = MOST_REACHED + 1;
    const walked = await walk(start, direction, Infinity, edgesFrom(db, project, direction, asOf, most), most);
    for (const [id, { upstream, downstream }] of walked.edges.entries()) graph.open({ id, upstream, downstream });
    for (const urn of await knownAmong(db, project, [...walked.degrees.keys()])) graph.know(urn);
    return graph;
  }
}

async function assetsByUrn(
  db: Database,
  project: string,
  urns: readonly string[],
): Promise<ReadonlyMap<string, Asset>> {
  const assets = await findAssets(db, project, urns);
  return new Map(assets.map((asset) => [asset.urn, asset]));
}

function gapsOfReach(
  { coverage, late }: LineageStart,
  { urns, unknown, capped }: Pick<WalkedReach, 'urns' | 'unknown' | 'capped'>,
): readonly Gap[] {
  return [...late, ...gapsOf({ capped: capped || urns.length > MOST_REACHED }, coverage, unknown, MOST_REACHED)];
}
