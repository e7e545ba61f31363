// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from './operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What an id can name. */
export type AssetKind =
  | 'ALERT'
  | 'ALERT_RULE'
  | 'COLUMN'
  | 'DEPLOYMENT'
  | 'EDGE_NODE'
  | 'ENDPOINT'
  | 'ENTITY'
  | 'EVENT_STREAM'
  | 'EXPERIMENT'
  | 'FEATURE'
  | 'FEATURE_SERVICE'
  | 'FEATURE_VIEW'
  | 'MATERIALIZATION'
  | 'METRIC'
  | 'MODEL'
  | 'MODEL_VERSION'
  | 'PREDICTION'
  | 'RELEASE'
  | 'ROLLOUT'
  | 'SHADOW'
  | 'SOURCE'
  | 'TRAINING_SET';

/** UPSTREAM: where something comes from. DOWNSTREAM: what comes from it. */
export type LineageDirection =
  | 'DOWNSTREAM'
  | 'UPSTREAM';

/** What is going to be uploaded. */
export type BeginUploadInput = {
  /** A name for people, such as the file’s. */
  readonly name: string;
  /** How many bytes will come, exactly. */
  readonly sizeBytes: number;
};

/** Which bytes were sent. */
export type CompleteUploadInput = {
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly sha256: string;
  /** What beginUpload answered. */
  readonly uploadId: string;
};

export type BeginUploadMutationVariables = Exact<{
  input: BeginUploadInput;
}>;


export type BeginUploadMutation = { readonly beginUpload: { readonly uploadId: string, readonly url: string } | null };

export type CompleteUploadMutationVariables = Exact<{
  input: CompleteUploadInput;
}>;


export type CompleteUploadMutation = { readonly completeUpload: { readonly sha256: string } | null };

export type SearchAssetsQueryVariables = Exact<{
  text: string;
  kinds?: ReadonlyArray<AssetKind> | AssetKind | null | undefined;
  first: number;
  after?: string | null | undefined;
  afterEvent?: string | null | undefined;
}>;


export type SearchAssetsQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly kind: AssetKind, readonly name: string, readonly description: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type TraceLineageQueryVariables = Exact<{
  id: string;
  direction: LineageDirection;
  depth: number;
  asOf?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type TraceLineageQuery = { readonly lineage: { readonly complete: boolean, readonly nodes: ReadonlyArray<{ readonly id: string, readonly asset: { readonly kind: AssetKind, readonly name: string } | null }>, readonly edges: ReadonlyArray<{ readonly upstream: string, readonly downstream: string, readonly relation: string }> } | null };

export const BeginUpload = operation<BeginUploadMutation, BeginUploadMutationVariables>(
  'mutation',
  'BeginUpload',
  `mutation BeginUpload($input: BeginUploadInput!) {
  beginUpload(input: $input) {
    uploadId
    url
  }
}`,
);

export const CompleteUpload = operation<CompleteUploadMutation, CompleteUploadMutationVariables>(
  'mutation',
  'CompleteUpload',
  `mutation CompleteUpload($input: CompleteUploadInput!) {
  completeUpload(input: $input) {
    sha256
  }
}`,
);

export const SearchAssets = operation<SearchAssetsQuery, SearchAssetsQueryVariables>(
  'query',
  'SearchAssets',
  `query SearchAssets($text: String!, $kinds: [AssetKind!], $first: Int!, $after: String, $afterEvent: String) {
  search(
    text: $text
    kinds: $kinds
    first: $first
    after: $after
    afterEvent: $afterEvent
  ) {
    edges {
      node {
        id
        kind
        name
        description
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const TraceLineage = operation<TraceLineageQuery, TraceLineageQueryVariables>(
  'query',
  'TraceLineage',
  `query TraceLineage($id: ID!, $direction: LineageDirection!, $depth: Int!, $asOf: DateTime, $after: String) {
  lineage(
    id: $id
    direction: $direction
    depth: $depth
    asOf: $asOf
    after: $after
  ) {
    complete
    nodes {
      id
      asset {
        kind
        name
      }
    }
    edges {
      upstream
      downstream
      relation
    }
  }
}`,
);

