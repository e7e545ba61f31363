// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** The type of a value. */
export type Dtype =
  /** True or false. */
  | 'BOOL'
  /** A double; what is not finite is read as null. */
  | 'FLOAT64'
  /** A whole number of 64 bits; beyond 2^53 it travels as text. */
  | 'INT64'
  /** Text. */
  | 'STRING'
  /** A moment, in whole milliseconds. */
  | 'TIMESTAMP';

/** What a column of a training set is. */
export type ColumnRole =
  /** A feature, as view__feature. */
  | 'FEATURE'
  /** A join key. */
  | 'KEY'
  /** Any other column of the spine. */
  | 'LABEL'
  /** The moment for which the features were looked up. */
  | 'TIMESTAMP';

/** What a training row may know of. */
export type KnownAt =
  /** Values that had been created by the row’s time, whenever they arrived here. */
  | 'CREATED'
  /** Values whose event lies before the row’s time, whenever they became known. */
  | 'EVENT_TIME'
  /** Values that had been created and had arrived here by the row’s time: what was served then. */
  | 'KNOWN';

/** What a network says of others. */
export type NetworkFunction =
  /** How many of them are marked as bad. */
  | 'BAD_OTHERS'
  /** Whether there were more values or others than the limit. */
  | 'CUT'
  /** How many other entities shared a value, up to the limit. */
  | 'OTHERS';

/** What a window says of its events. */
export type WindowFunction =
  /** How many events; with a column, how many of its values are not null. */
  | 'COUNT'
  /** How many different values: exact below 1,024, then within about 3 % (sketch KMV_1024). */
  | 'DISTINCT'
  /** The value of the first event that has one. */
  | 'FIRST'
  /** The value of the last event that has one. */
  | 'LAST'
  /** The greatest value. */
  | 'MAX'
  /** The mean of a column of numbers. */
  | 'MEAN'
  /** The least value. */
  | 'MIN'
  /** The standard deviation of a sample, n - 1 below the line; of one value it is null. */
  | 'STDDEV'
  /** The sum of a column of numbers; of nothing it is 0. */
  | 'SUM';

/** How a long piece of work stands. */
export type JobState =
  /** None of it was kept; error says why. */
  | 'FAILED'
  /** It goes on; ask again. */
  | 'RUNNING'
  /** All of it is done. */
  | 'SUCCEEDED';

/** The type of a join key. */
export type KeyDtype =
  /** A whole number of 64 bits. */
  | 'INT64'
  /** Text. */
  | 'STRING';

/** Where a model version stands in its approval life. What it does in traffic is its roles. */
export type ApprovalState =
  | 'APPROVED'
  | 'ARCHIVED'
  | 'DRAFT'
  | 'REJECTED'
  | 'RETIRED'
  | 'SUBMITTED'
  | 'SUSPENDED'
  | 'VALIDATED'
  | 'WITHDRAWN';

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

/** What a release does in a deployment, computed from its traffic. */
export type ServingRole =
  | 'CANARY'
  | 'HOLDOUT'
  | 'KILLED'
  | 'LIVE'
  | 'SHADOW'
  | 'STAGED'
  | 'SUPERSEDED'
  | 'TESTED'
  | 'VARIANT';

export type ViewPageQueryVariables = Exact<{
  id: string;
}>;


export type ViewPageQuery = { readonly featureView: { readonly id: string, readonly name: string, readonly version: number, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly ttlSeconds: number, readonly eventColumn: string, readonly createdAt: string, readonly entity: { readonly id: string } | null, readonly joinKeys: ReadonlyArray<{ readonly name: string, readonly dtype: KeyDtype }>, readonly source: { readonly id: string } | null, readonly features: ReadonlyArray<{ readonly id: string, readonly name: string, readonly dtype: Dtype, readonly description: string, readonly window: { readonly function: WindowFunction, readonly windowSeconds: number } | null, readonly network: { readonly function: NetworkFunction } | null }> } | null };

export type ViewLoadsQueryVariables = Exact<{
  id: string;
}>;


export type ViewLoadsQuery = { readonly materializations: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: JobState, readonly startedAt: string, readonly finishedAt: string | null, readonly to: string, readonly rowsRead: number, readonly rowsOnline: number, readonly error: string | null } }> } | null };

export type ServicePageQueryVariables = Exact<{
  id: string;
}>;


export type ServicePageQuery = { readonly featureService: { readonly id: string, readonly name: string, readonly version: number, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly features: ReadonlyArray<{ readonly id: string, readonly name: string, readonly dtype: Dtype, readonly view: { readonly id: string } }>, readonly models: ReadonlyArray<{ readonly id: string, readonly state: ApprovalState, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string } }> }> | null } | null };

export type SourcePageQueryVariables = Exact<{
  id: string;
}>;


export type SourcePageQuery = { readonly source: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly path: string, readonly eventColumn: string, readonly createdColumn: string | null, readonly createdAt: string, readonly columns: ReadonlyArray<{ readonly id: string, readonly name: string, readonly dtype: Dtype | null, readonly nativeType: string, readonly problem: string | null }> } | null };

export type TrainingSetPageQueryVariables = Exact<{
  id: string;
}>;


export type TrainingSetPageQuery = { readonly trainingSet: { readonly id: string, readonly createdAt: string, readonly rowCount: number, readonly sizeBytes: number, readonly knownAt: KnownAt, readonly contentHash: string, readonly schemaHash: string, readonly sha256: string, readonly manifest: unknown, readonly service: { readonly id: string } | null, readonly columns: ReadonlyArray<{ readonly name: string, readonly dtype: Dtype, readonly role: ColumnRole }>, readonly modelVersions: ReadonlyArray<{ readonly id: string, readonly state: ApprovalState }> | null } | null };

export type AssetPageQueryVariables = Exact<{
  id: string;
}>;


export type AssetPageQuery = { readonly asset: { readonly id: string, readonly kind: AssetKind, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly updatedAt: string, readonly deleted: boolean } | null };

export type DependentsQueryVariables = Exact<{
  id: string;
  depth: number;
}>;


export type DependentsQuery = { readonly lineage: { readonly complete: boolean, readonly truncatedBecause: ReadonlyArray<{ readonly detail: string }>, readonly nodes: ReadonlyArray<{ readonly id: string, readonly degree: number, readonly asset: { readonly owner: string | null } | null }> } | null };

export type MaterializationPageQueryVariables = Exact<{
  id: string;
}>;


export type MaterializationPageQuery = { readonly materialization: { readonly id: string, readonly state: JobState, readonly error: string | null, readonly from: string | null, readonly to: string, readonly startedAt: string, readonly finishedAt: string | null, readonly onlineAt: string | null, readonly rowsRead: number, readonly rowsWritten: number, readonly rowsOnline: number, readonly view: { readonly id: string } | null } | null };

export const ViewPage = operation<ViewPageQuery, ViewPageQueryVariables>(
  'query',
  'ViewPage',
  `sha256:87072f9dace80aa60e9a6cc2682ab4514fafdea9fcb94fda24e1b30383cd390f`,
);

export const ViewLoads = operation<ViewLoadsQuery, ViewLoadsQueryVariables>(
  'query',
  'ViewLoads',
  `sha256:32c3ac95ae4fa44e88bca5c5d95d63301ce7f97e2470e25b126e83048145e53a`,
);

export const ServicePage = operation<ServicePageQuery, ServicePageQueryVariables>(
  'query',
  'ServicePage',
  `sha256:50fa81b73e204710d0ae6d670a44fb6b090c8f707e2194ed78b4257c1d44d6db`,
);

export const SourcePage = operation<SourcePageQuery, SourcePageQueryVariables>(
  'query',
  'SourcePage',
  `sha256:d6c43913895d66635e31016441b7adebbdc37dbb9f253332568c1440934d81b1`,
);

export const TrainingSetPage = operation<TrainingSetPageQuery, TrainingSetPageQueryVariables>(
  'query',
  'TrainingSetPage',
  `sha256:dde459b7afdbb783deae4b11ebf41f11197775c2af6d75998ed58d3268d522ea`,
);

export const AssetPage = operation<AssetPageQuery, AssetPageQueryVariables>(
  'query',
  'AssetPage',
  `sha256:e1e90592ec05b14b70e68197ae42330b2b1959cb379a8b3866fd981e5658a4f7`,
);

export const Dependents = operation<DependentsQuery, DependentsQueryVariables>(
  'query',
  'Dependents',
  `sha256:7ee3692ce75a7d3d8e216b6320e9c429cde5ae6eb645a09fc09dfa8595a1f02c`,
);

export const MaterializationPage = operation<MaterializationPageQuery, MaterializationPageQueryVariables>(
  'query',
  'MaterializationPage',
  `sha256:acdbac0dbb61a2f854988520bd0a66b6960ce6ea4993f7f29524c3b3d43effbf`,
);

