import type { Graph } from './graph.ts';
import {
  CountAssets,
  MeasureImpact,
  SearchAssets,
  TraceLineage,
  type CountAssetsQuery,
  type MeasureImpactQuery,
  type MeasureImpactQueryVariables,
  type SearchAssetsQuery,
  type SearchAssetsQueryVariables,
  type TraceLineageQuery,
  type TraceLineageQueryVariables,
} from './operations.ts';
import { nodesOf } from './pages.ts';

export type Asset = NonNullable<SearchAssetsQuery['search']>['edges'][number]['node'];
export type Lineage = NonNullable<TraceLineageQuery['lineage']>;

export type AssetCounts = NonNullable<CountAssetsQuery['search']>;
export type Impact = NonNullable<MeasureImpactQuery['impact']>;

/** What a search is narrowed by: kinds, and groups of conditions of which one holds. */
export type Narrowed = Pick<SearchAssetsQueryVariables, 'kinds' | 'orFilters'>;

const PAGE = 100;

/** What the install knows of everything that makes a prediction. Where a mutation's `eventCursor` is given, the answer knows of it. */
export class Assets {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Every asset that matches, best first; empty text for all. */
  search(
    text: string,
    { kinds, orFilters, after }: Narrowed & { readonly after?: string } = {},
  ): AsyncGenerator<Asset, void, undefined> {
    const variables = { text, kinds, orFilters, first: PAGE, ...(after !== undefined && { afterEvent: after }) };
    return nodesOf(this.#graph, SearchAssets, variables, ({ search }) => search);
  }

  /** How many assets match, and how often each value of each field occurs in them. */
  count(text: string, narrowed: Narrowed = {}): Promise<AssetCounts> {
    return this.#graph.field(CountAssets, { text, ...narrowed });
  }

  /** How much comes from an asset, or how much it comes from, over the whole graph. */
  impact(
    id: string,
    direction: MeasureImpactQueryVariables['direction'] = 'DOWNSTREAM',
    more: Pick<MeasureImpactQueryVariables, 'depth' | 'asOf'> = {},
  ): Promise<Impact> {
    return this.#graph.field(MeasureImpact, { id, direction, ...more });
  }

  /** What an asset comes from, or what comes from it. */
  lineage(
    id: string,
    direction: TraceLineageQueryVariables['direction'],
    { depth = 1, ...more }: { readonly depth?: number; readonly asOf?: string; readonly after?: string } = {},
  ): Promise<Lineage> {
    return this.#graph.field(TraceLineage, { id, direction, depth, ...more });
  }
}
