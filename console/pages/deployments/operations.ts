// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** The kinds of layers of traffic, in the order in which they decide. SHADOW decides nothing. */
export type TrafficLayerKind =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'SHADOW'
  | 'VARIANT';

export type DeploymentsPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type DeploymentsPageQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly environment: string, readonly requiresApproval: boolean, readonly endpoint: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null }, readonly live: { readonly id: string, readonly number: number, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } | null, readonly traffic: { readonly killed: boolean, readonly freeze: { readonly reason: string } | null }, readonly serving: ReadonlyArray<{ readonly layer: TrafficLayerKind, readonly arm: string | null, readonly value: string | null, readonly share: number | null, readonly release: { readonly id: string, readonly number: number } }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const DeploymentsPage = operation<DeploymentsPageQuery, DeploymentsPageQueryVariables>(
  'query',
  'DeploymentsPage',
  `sha256:8360506fe5c0179cf51dcb5e5c1ebfc2818af94ec0f01497e8d0757c0d76ddcd`,
);

