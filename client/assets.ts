import type { Graph } from './graph.ts';
import {
  SearchAssets,
  TraceLineage,
  type SearchAssetsQuery,
  type SearchAssetsQueryVariables,
  type TraceLineageQuery,
  type TraceLineageQueryVariables,
} from './operations.ts';
import { nodesOf } from './pages.ts';

export type Asset = NonNullable<SearchAssetsQuery['search']>['edges'][number]['node'];
export type Lineage = NonNullable<TraceLineageQuery['lineage']>;

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
    { kinds, after }: { readonly kinds?: SearchAssetsQueryVariables['kinds']; readonly after?: string } = {},
  ): AsyncGenerator<Asset, void, undefined> {
    const variables = { text, kinds, first: PAGE, ...(after !== undefined && { afterEvent: after }) };
    return nodesOf(this.#graph, SearchAssets, variables, ({ search }) => search);
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
