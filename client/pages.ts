import type { Graph } from './graph.ts';
import type { Operation } from './operation.ts';

/** A page of any list of the graph. */
export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Every node of a list, page by page; `list` finds the list in an answer, and null or undefined there ends it. */
export async function* nodesOf<Result, Variables extends { readonly after?: string | null | undefined }, Node>(
  graph: Graph,
  operation: Operation<Result, Variables>,
  variables: Omit<Variables, 'after'>,
  list: (result: Result) => Page<Node> | null | undefined,
): AsyncGenerator<Node, void, undefined> {
  for (let after: string | null = null; ;) {
    const page = list(await graph.run(operation, { ...variables, after } as unknown as Variables));
    if (!page) return;
    for (const { node } of page.edges) yield node;
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage || after === null) return;
  }
}
