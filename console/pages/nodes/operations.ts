// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

export type NodesPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type NodesPageQuery = { readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly runtime: string, readonly trust: Trust, readonly stale: boolean, readonly lastSeenAt: string, readonly manifestRevision: number, readonly manifestAgeMs: number, readonly clockSkewMs: number, readonly accounting: { readonly answered: number, readonly stored: number, readonly queued: number, readonly dropped: number, readonly sampledOut: number, readonly balanced: boolean, readonly difference: number } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const NodesPage = operation<NodesPageQuery, NodesPageQueryVariables>(
  'query',
  'NodesPage',
  `sha256:b71891a12d8651db05aeec0d638fe9a836c58a000fb5a8dba9212d9ff1589d89`,
);

