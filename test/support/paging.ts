import { expect } from 'vitest';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: object }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What to select of a connection so that `expectPages` can look at it. */
export const PAGE = '{ edges { cursor node { __typename } } pageInfo { hasNextPage endCursor } }';

/** A list of at least two can be read one at a time, from where the last page ended, with nothing twice or left out. */
export async function expectPages(read: (page: string) => Promise<Page>): Promise<void> {
  const whole = await read('first: 100');
  expect(whole.edges.length).toBeGreaterThanOrEqual(2);
  expect(whole.pageInfo.hasNextPage).toBe(false);
  const one = await read('first: 1');
  expect(one.edges).toEqual(whole.edges.slice(0, 1));
  expect(one.pageInfo).toEqual({ hasNextPage: true, endCursor: one.edges[0]!.cursor });
  const rest = await read(`first: 100, after: ${JSON.stringify(one.pageInfo.endCursor)}`);
  expect(rest.edges).toEqual(whole.edges.slice(1));
}
