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

export type ServingQueryVariables = Exact<{ [key: string]: never; }>;


export type ServingQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly live: { readonly id: string, readonly number: number, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } | null, readonly traffic: { readonly killed: boolean, readonly freeze: { readonly reason: string } | null }, readonly serving: ReadonlyArray<{ readonly layer: TrafficLayerKind, readonly arm: string | null, readonly value: string | null, readonly share: number | null, readonly release: { readonly id: string, readonly number: number } }>, readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type HappenedQueryVariables = Exact<{ [key: string]: never; }>;


export type HappenedQuery = { readonly auditRecords: { readonly edges: ReadonlyArray<{ readonly node: { readonly seq: number, readonly action: string, readonly actor: string, readonly onBehalfOf: string | null, readonly subject: string, readonly at: string, readonly reason: string | null } }> } | null };

export type FirstStepsQueryVariables = Exact<{ [key: string]: never; }>;


export type FirstStepsQuery = { readonly sources: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly featureViews: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly trainingSets: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly modelVersions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null };

export const Serving = operation<ServingQuery, ServingQueryVariables>(
  'query',
  'Serving',
  `sha256:0bfa7fdc2f81da171c85213cd07ea84c78d23db8eda34ae35e7c39ad49f70124`,
);

export const Happened = operation<HappenedQuery, HappenedQueryVariables>(
  'query',
  'Happened',
  `sha256:3e5990f0df8922ccedea65689605097fceafc00a185ff0e0f10d313ecdc5325d`,
);

export const FirstSteps = operation<FirstStepsQuery, FirstStepsQueryVariables>(
  'query',
  'FirstSteps',
  `sha256:a880264fff8ced01c370af01887f26103f7b5a704c51205eda10b6f8fedc4cc0`,
);

