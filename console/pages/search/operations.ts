// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What an id can name. */
export type AssetKind =
  | 'ALERT'
  | 'ALERT_RULE'
  | 'COLUMN'
  | 'DATASET'
  | 'DATASET_FIELD'
  | 'DEPLOYMENT'
  | 'EDGE_NODE'
  | 'ENDPOINT'
  | 'ENTITY'
  | 'EVENT_STREAM'
  | 'EXPERIMENT'
  | 'FEATURE'
  | 'FEATURE_SERVICE'
  | 'FEATURE_VIEW'
  | 'HOLDOUT'
  | 'INCIDENT'
  | 'JOB'
  | 'MATERIALIZATION'
  | 'METRIC'
  | 'MODEL'
  | 'MODEL_VERSION'
  | 'PREDICTION'
  | 'RELEASE'
  | 'RESPONSE_POLICY'
  | 'RESPONSE_RUN'
  | 'ROLLOUT'
  | 'SHADOW'
  | 'SOURCE'
  | 'TRAINING_SET';

export type SearchPageQueryVariables = Exact<{
  text: string;
  kinds?: ReadonlyArray<AssetKind> | AssetKind | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchPageQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly kind: AssetKind, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly highlights: ReadonlyArray<string>, readonly updatedAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const SearchPage = operation<SearchPageQuery, SearchPageQueryVariables>(
  'query',
  'SearchPage',
  `sha256:d0f6c0144458674df3a5b42709684c56af5d1c828729172fb12677bcce634e37`,
);

