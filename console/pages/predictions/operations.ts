// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app. */
export type Trust =
  | 'DEVICE'
  | 'SERVER';

/** The layer of traffic that decided what answers, in the order in which they decide. */
export type AnsweringLayer =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'VARIANT';

export type PredictionsPageQueryVariables = Exact<{
  deployment: string;
  first: number;
  after?: string | null | undefined;
  trust?: Trust | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type PredictionsPageQuery = { readonly predictions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly occurredAt: string, readonly score: number | null, readonly decision: string | null, readonly fallback: string | null, readonly layer: AnsweringLayer | null, readonly arm: string | null, readonly models: ReadonlyArray<{ readonly modelVersion: { readonly id: string } | null }>, readonly outcome: { readonly value: number } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const PredictionsPage = operation<PredictionsPageQuery, PredictionsPageQueryVariables>(
  'query',
  'PredictionsPage',
  `sha256:623a7532fc17b7ef331ca23a07ddcb18744f56040f3f049f77bc989c49f6f051`,
);

