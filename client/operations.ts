// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from './operation.ts';

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

/** What a search is narrowed and counted by. */
export type AssetField =
  /** The part of the business that it belongs to. */
  | 'DOMAIN'
  /** What is wrong with its entry: UNOWNED, UNDESCRIBED, STALE (nobody changed or described it for 90 days), DEPRECATED, DEPRECATED_BUT_USED, UNUSED. */
  | 'ISSUE'
  /** What it is: the names of AssetKind. */
  | 'KIND'
  /** Who answers for it. */
  | 'OWNER'
  /** Whose noun it is: feature, registry, experiment or monitoring. */
  | 'SUBGRAPH'
  /** One of its labels. */
  | 'TAG';

/** UPSTREAM: where something comes from. DOWNSTREAM: what comes from it. */
export type LineageDirection =
  | 'DOWNSTREAM'
  | 'UPSTREAM';

/** Why a lineage may not be the whole truth. */
export type LineageGapReason =
  /** The mutation to wait for has not arrived in time. */
  | 'AFTER_NOT_REACHED'
  /** Something is named that no subgraph has announced. */
  | 'DANGLING_ID'
  /** There are more assets than an answer has: 2000 in lineage, 100000 in what counts or searches. */
  | 'NODE_CAP'
  /** There are, or may be, more ways than are listed. */
  | 'PATH_CAP'
  /** A subgraph does not answer, or has announced more than has arrived here. */
  | 'PRODUCER_BEHIND';

/** One condition on assets. */
export type AssetFilterInput = {
  /** What is looked at. */
  readonly field: AssetField;
  /** Turns the condition round: it has none of them. */
  readonly negated?: boolean | null | undefined;
  /** It has one of these values: 1 to 50. */
  readonly values: ReadonlyArray<string>;
};

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

/** Conditions that hold together. */
export type FilterGroupInput = {
  /** All of these hold: 1 to 10. */
  readonly and: ReadonlyArray<AssetFilterInput>;
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
  orFilters?: ReadonlyArray<FilterGroupInput> | FilterGroupInput | null | undefined;
  first: number;
  after?: string | null | undefined;
  afterEvent?: string | null | undefined;
}>;


export type SearchAssetsQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly kind: AssetKind, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly domain: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type CountAssetsQueryVariables = Exact<{
  text: string;
  kinds?: ReadonlyArray<AssetKind> | AssetKind | null | undefined;
  orFilters?: ReadonlyArray<FilterGroupInput> | FilterGroupInput | null | undefined;
}>;


export type CountAssetsQuery = { readonly search: { readonly total: number, readonly facets: ReadonlyArray<{ readonly field: AssetField, readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }> } | null };

export type MeasureImpactQueryVariables = Exact<{
  id: string;
  direction: LineageDirection;
  depth?: number | null | undefined;
  asOf?: string | null | undefined;
}>;


export type MeasureImpactQuery = { readonly impact: { readonly id: string, readonly total: number, readonly complete: boolean, readonly kinds: ReadonlyArray<{ readonly kind: AssetKind, readonly count: number }>, readonly truncatedBecause: ReadonlyArray<{ readonly reason: LineageGapReason, readonly detail: string }> } | null };

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
  `query SearchAssets($text: String!, $kinds: [AssetKind!], $orFilters: [FilterGroupInput!], $first: Int!, $after: String, $afterEvent: String) {
  search(
    text: $text
    kinds: $kinds
    orFilters: $orFilters
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
        owner
        tags
        domain
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

export const CountAssets = operation<CountAssetsQuery, CountAssetsQueryVariables>(
  'query',
  'CountAssets',
  `query CountAssets($text: String!, $kinds: [AssetKind!], $orFilters: [FilterGroupInput!]) {
  search(text: $text, kinds: $kinds, orFilters: $orFilters, first: 1) {
    total
    facets {
      field
      values {
        value
        count
      }
    }
  }
}`,
);

export const MeasureImpact = operation<MeasureImpactQuery, MeasureImpactQueryVariables>(
  'query',
  'MeasureImpact',
  `query MeasureImpact($id: ID!, $direction: LineageDirection!, $depth: Int, $asOf: DateTime) {
  impact(id: $id, direction: $direction, depth: $depth, asOf: $asOf) {
    id
    total
    kinds {
      kind
      count
    }
    complete
    truncatedBecause {
      reason
      detail
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

