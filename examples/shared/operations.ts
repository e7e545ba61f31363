// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../client/operation.ts';

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

/** How much harm a wrong answer can do. It decides which gates there are and how many people approve. */
export type RiskTier =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

/** How the recipe of a release stands: NOT_REQUIRED where its deployment asks for no approval. */
export type ReleaseApprovalState =
  | 'APPROVED'
  | 'NOT_REQUIRED'
  | 'REJECTED'
  | 'WAITING';

/** A training set to be made. The same rows give the same set, also after late values came; events that came late are rows of their own. */
export type CreateTrainingSetInput = {
  /** What the rows may know of. */
  readonly knownAt?: KnownAt | null | undefined;
  /** The feature service; without a version the newest, which is pinned. */
  readonly service: string;
  /** The rows that features are wanted for. */
  readonly spine: SpineInput;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

/** An entity as it shall be. */
export type DefineEntityInput = {
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** One to ten columns; they stay while a view uses the entity. */
  readonly joinKeys: ReadonlyArray<JoinKeyInput>;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** A feature service as it shall be. */
export type DefineFeatureServiceInput = {
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** What it reads, in order: 1 to 100 views, each once. */
  readonly views: ReadonlyArray<ServiceViewInput>;
};

/** A feature view as it shall be. */
export type DefineFeatureViewInput = {
  /** Another created column than the source’s; null for none. */
  readonly createdColumn?: string | null | undefined;
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** The entity that it describes: id or name. */
  readonly entity: string;
  /** Another event column than the source’s. */
  readonly eventColumn?: string | null | undefined;
  /** The source’s column with the id of each event, for a view of windows and networks alone: rows of one id are versions of one event, and the one written last counts. */
  readonly eventIdColumn?: string | null | undefined;
  /** Its features, in order: 1 to 1,000. */
  readonly features: ReadonlyArray<FeatureInput>;
  /** The name: letters, digits and "_", without "__". */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** The source that it is loaded from: id or name. */
  readonly source: string;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** How many seconds old a value may be, inclusive; 0: any age, and where no feature is a column. */
  readonly ttlSeconds: number;
};

/** A source as it shall be. Its files are read at once, to see that the columns are there. */
export type DefineSourceInput = {
  /** Read timestamps without a zone as UTC. */
  readonly assumeUtc?: boolean | null | undefined;
  /** The column that says when a row was written. */
  readonly createdColumn?: string | null | undefined;
  /** What it is, in a sentence or two. */
  readonly description?: string | null | undefined;
  /** The column that says when a row’s event happened. */
  readonly eventColumn: string;
  /** The name, unique in its project. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner?: string | null | undefined;
  /** Path or glob of Parquet or CSV files below the folders that the server may read. */
  readonly path: string;
  /** Free labels; at most 50. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** The events of views as the rows that features are wanted for: each key and time once, by time and key. */
export type EventSpineInput = {
  /** Event times from here on. */
  readonly from: string;
  /** Features of the view that become labels: the values of the event itself, as the log has them now. */
  readonly labels?: ReadonlyArray<string> | null | undefined;
  /** Event times before this. */
  readonly to: string;
  /** The view whose events they are; left out, the events of every view of the service. */
  readonly view?: string | null | undefined;
};

/** One feature of a view. */
export type FeatureInput = {
  /** The source’s column; the feature’s own name if left out. A window names its column, unless it counts events; a network has none. */
  readonly column?: string | null | undefined;
  /** What it means. */
  readonly description?: string | null | undefined;
  /** The column’s own type, or FLOAT64 for whole numbers; that of a window or network follows from its function. */
  readonly dtype?: Dtype | null | undefined;
  /** The name: letters, digits and "_". */
  readonly name: string;
  /** Makes it a network: how many others shared something with the entity, instead of the newest value. */
  readonly network?: FeatureNetworkInput | null | undefined;
  /** Makes it a window: a function over the events of some time, instead of the newest value. */
  readonly window?: FeatureWindowInput | null | undefined;
};

/** Which events mark an entity as bad. */
export type FeatureNetworkBadInput = {
  /** The column of the mark: STRING, INT64 or BOOL. */
  readonly column: string;
  /** The values that mark, as text: at most 100. */
  readonly oneOf: ReadonlyArray<string>;
  /** How long a mark counts, in seconds; as long as the network looks back if left out. */
  readonly windowSeconds?: number | null | undefined;
};

/** How many others share something with the entity. */
export type FeatureNetworkInput = {
  /** Which events mark an entity as bad; only for BAD_OTHERS. */
  readonly bad?: FeatureNetworkBadInput | null | undefined;
  /** What it says of them. */
  readonly function: NetworkFunction;
  /** The hop of its far end, as for windows; without one 5 minutes below 12 hours, an hour below 12 days, else a day. */
  readonly hopSeconds?: number | null | undefined;
  /** How many values are followed and how many others looked at, those of the latest events: 1 to 500, 100 if left out. */
  readonly limit?: number | null | undefined;
  /** The source’s column whose values are shared, STRING or INT64: a device, a card, an address. */
  readonly through: string;
  /** How far it looks back, in seconds: at most 400 days. */
  readonly windowSeconds: number;
};

/** Which events a window counts: those of some categories, of some hours of the day, or both. */
export type FeatureWindowFilterInput = {
  /** A column of categories: STRING, INT64 or BOOL. */
  readonly column?: string | null | undefined;
  /** The hours of the day that count, 0 to 23. */
  readonly hours?: ReadonlyArray<number> | null | undefined;
  /** The categories that count, as text: at most 100. */
  readonly oneOf?: ReadonlyArray<string> | null | undefined;
  /** How many minutes the clock of those hours is ahead of UTC. 0 if left out. */
  readonly utcOffsetMinutes?: number | null | undefined;
};

/** A function over the events of some time. */
export type FeatureWindowInput = {
  /** What it says of them. */
  readonly function: WindowFunction;
  /** Its far end lies on a multiple of so many seconds since 1970: the window is up to one hop longer. It divides the length; without one 5 minutes below 12 hours, an hour below 12 days, else a day. */
  readonly hopSeconds?: number | null | undefined;
  /** Which events count; all if left out. */
  readonly where?: FeatureWindowFilterInput | null | undefined;
  /** How far it looks back, in seconds: at most 400 days. */
  readonly windowSeconds: number;
};

/** One column of an entity’s key. */
export type JoinKeyInput = {
  /** The type of its values. */
  readonly dtype: KeyDtype;
  /** The column’s name: letters, digits and "_". */
  readonly name: string;
};

/** A load to be made. Loading what is there already changes nothing. */
export type MaterializeInput = {
  /** Event times from here on; all if left out. */
  readonly from?: string | null | undefined;
  /** Puts on-line only what was known at this instant: rows of later events, or created later, enter the log alone. For history before a replay; everything if left out. */
  readonly onlineAt?: string | null | undefined;
  /** Event times before this; now if left out, never later. */
  readonly to?: string | null | undefined;
  /** The view: id or name@version; without a version the newest. */
  readonly view: string;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

/** Features of one view. */
export type ServiceViewInput = {
  /** The features’ names, in order; all if left out. */
  readonly features?: ReadonlyArray<string> | null | undefined;
  /** The view: its id, or name@version; without a version the newest, which is pinned. */
  readonly view: string;
};

/** The rows that features are wanted for: as rows, as a file by path or upload, or as the events of a view. One of the four. */
export type SpineInput = {
  /** Read timestamps of files without a zone as UTC. */
  readonly assumeUtc?: boolean | null | undefined;
  /** Instead of rows: every key and time at which something happened in a range. */
  readonly events?: EventSpineInput | null | undefined;
  /** Path or glob of Parquet or CSV below the folders the server may read. */
  readonly path?: string | null | undefined;
  /** Up to 10,000 objects with the same columns: join keys, the timestamp, any labels. */
  readonly rows?: ReadonlyArray<unknown> | null | undefined;
  /** The column with the moment of each row. */
  readonly timestampColumn?: string | null | undefined;
  /** What POST /v1/spines answered to the bytes of a Parquet or CSV file, within the last day. */
  readonly upload?: string | null | undefined;
};

/** An approval, and how far it goes. */
export type ApproveModelVersionInput = {
  /** What is asked of those who use it, in words; it stays on record. */
  readonly conditions?: ReadonlyArray<string> | null | undefined;
  /** The only environments in which it may serve; left out: all. */
  readonly environments?: ReadonlyArray<string> | null | undefined;
  /** When the approval ends; left out: never. */
  readonly expiresAt?: string | null | undefined;
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
};

/** A release whose recipe may answer. */
export type ApproveReleaseInput = {
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
  /** The release; it waits for an approval. */
  readonly release: string;
};

/** An endpoint to serve in an environment. */
export type CreateDeploymentInput = {
  /** Device audiences that may serve it; enrolled nodes always may. */
  readonly audiences?: ReadonlyArray<string> | null | undefined;
  /** The endpoint. */
  readonly endpoint: string;
  /** The environment: production, staging, … */
  readonly environment: string;
  /** Milliseconds that a node may go on after it last heard from the registry; left out: for ever. */
  readonly refuseAfterMs?: number | null | undefined;
  /** Whether a release answers here only once another person has approved its recipe. Left out: in production alone, which always asks for it. */
  readonly requiresApproval?: boolean | null | undefined;
};

/** A new endpoint. */
export type CreateEndpointInput = {
  /** What it decides, in words. */
  readonly description?: string | null | undefined;
  /** Its name: a letter, then letters, digits, "_", "-" and ".". */
  readonly name: string;
  /** Who answers for it. */
  readonly owner?: string | null | undefined;
  /** Labels. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** A recipe to freeze. */
export type CreateReleaseInput = {
  /** The eventCursor of a feature mutation that the recipe builds on; waits up to 2 s for it to arrive. */
  readonly after?: string | null | undefined;
  /** The deployment that it is for. */
  readonly deployment: string;
  /** What is new in it, in words. */
  readonly description?: string | null | undefined;
  /** The recipe: inputs, entities, features, segments, derive, models, combine, rules, output, fallback, budgets, logging. */
  readonly recipe: unknown;
};

/** What goes into a model, and what must come out. */
export type GoldenRowInput = {
  /** Every input of the model, once. */
  readonly inputs: ReadonlyArray<TensorInput>;
  /** One or more outputs with the values that they must have. */
  readonly outputs: ReadonlyArray<TensorInput>;
};

/** A version to take one step on. */
export type ModelVersionStepInput = {
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
};

/** A release to make the default. */
export type PromoteReleaseInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** The revision of the traffic that was read, to refuse if it has moved. */
  readonly expectedRevision?: number | null | undefined;
  /** Why; it stays on record. */
  readonly reason: string;
  /** The release, by its id or its digest. */
  readonly release: string;
};

/** A model file to register as the next version of a model. */
export type RegisterModelVersionInput = {
  /** The algorithm family: another one makes a MAJOR step. */
  readonly algorithm?: string | null | undefined;
  /** SHA-256 of a completed upload: an ONNX file with its weights inside. */
  readonly artifact: string;
  /** The number of the business that it is to move. */
  readonly businessMetric?: string | null | undefined;
  /** Its model card, as Markdown. */
  readonly card?: string | null | undefined;
  /** Numbers by name, shown as claims. */
  readonly claimedMetrics?: unknown;
  /** The commit of the training code; another one makes a MINOR step. */
  readonly codeCommit?: string | null | undefined;
  /** What it is, in words. */
  readonly description?: string | null | undefined;
  /** SHA-256 of an uploaded evaluation file, JSON lines or Parquet: what its metrics are computed from. */
  readonly evaluation?: string | null | undefined;
  /** The pinned feature service that feeds it. */
  readonly featureService?: string | null | undefined;
  /** Rows that the model must answer, at most 100: inputs, and what should come out. */
  readonly goldenRows?: ReadonlyArray<GoldenRowInput> | null | undefined;
  /** An object of hyper-parameters; other ones make a MINOR step. */
  readonly hyperParameters?: unknown;
  /** Who is to use it for what. */
  readonly intendedUse?: string | null | undefined;
  /** Where it must not be used and what it cannot do. */
  readonly limits?: string | null | undefined;
  /** The model’s name; it is made if there is none. */
  readonly model: string;
  /** Who answers for it. */
  readonly owner?: string | null | undefined;
  /** What it is made for. */
  readonly purpose?: string | null | undefined;
  /** How much harm a wrong answer can do; left out: as the version before, LOW for the first. It never falls. */
  readonly riskTier?: RiskTier | null | undefined;
  /** Labels. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** Whether others than the organisation made it. */
  readonly thirdParty?: boolean | null | undefined;
  /** The training set; another one makes a PATCH step. */
  readonly trainingSet?: string | null | undefined;
  /** MAJOR.MINOR.PATCH.BUILD, to raise it further than what changed asks for. */
  readonly version?: string | null | undefined;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

/** A tensor with its values. */
export type TensorInput = {
  /** The values as one flat list: numbers, texts or booleans. */
  readonly data: unknown;
  /** The type of its values: float32, int64, string, … */
  readonly dtype: string;
  /** Its name in the model. */
  readonly name: string;
  /** Its dimensions; the first is the batch, 1 for one row. */
  readonly shape: ReadonlyArray<number>;
};

/** A version to validate. */
export type ValidateModelVersionInput = {
  /** The version. */
  readonly id: string;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

export type DefineEntityMutationVariables = Exact<{
  input: DefineEntityInput;
}>;


export type DefineEntityMutation = { readonly defineEntity: { readonly entity: { readonly id: string } } | null };

export type DefineSourceMutationVariables = Exact<{
  input: DefineSourceInput;
}>;


export type DefineSourceMutation = { readonly defineSource: { readonly source: { readonly id: string } } | null };

export type DefineFeatureViewMutationVariables = Exact<{
  input: DefineFeatureViewInput;
}>;


export type DefineFeatureViewMutation = { readonly defineFeatureView: { readonly featureView: { readonly id: string } } | null };

export type DefineFeatureServiceMutationVariables = Exact<{
  input: DefineFeatureServiceInput;
}>;


export type DefineFeatureServiceMutation = { readonly defineFeatureService: { readonly featureService: { readonly id: string } } | null };

export type LoadFragment = { readonly id: string, readonly state: JobState, readonly error: string | null, readonly from: string | null, readonly to: string, readonly rowsWritten: number };

export type LoadsOfViewQueryVariables = Exact<{
  view: string;
}>;


export type LoadsOfViewQuery = { readonly materializations: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: JobState, readonly error: string | null, readonly from: string | null, readonly to: string, readonly rowsWritten: number } }> } | null };

export type OneLoadQueryVariables = Exact<{
  id: string;
}>;


export type OneLoadQuery = { readonly materialization: { readonly id: string, readonly state: JobState, readonly error: string | null, readonly from: string | null, readonly to: string, readonly rowsWritten: number } | null };

export type MaterializeMutationVariables = Exact<{
  input: MaterializeInput;
}>;


export type MaterializeMutation = { readonly materialize: { readonly materialization: { readonly id: string, readonly state: JobState, readonly error: string | null, readonly from: string | null, readonly to: string, readonly rowsWritten: number } } | null };

export type BuildFragment = { readonly id: string, readonly state: JobState, readonly error: string | null, readonly trainingSet: { readonly id: string, readonly rowCount: number, readonly contentHash: string, readonly downloadPath: string } | null };

export type CreateTrainingSetMutationVariables = Exact<{
  input: CreateTrainingSetInput;
}>;


export type CreateTrainingSetMutation = { readonly createTrainingSet: { readonly build: { readonly id: string, readonly state: JobState, readonly error: string | null, readonly trainingSet: { readonly id: string, readonly rowCount: number, readonly contentHash: string, readonly downloadPath: string } | null } } | null };

export type OneBuildQueryVariables = Exact<{
  id: string;
}>;


export type OneBuildQuery = { readonly trainingSetBuild: { readonly id: string, readonly state: JobState, readonly error: string | null, readonly trainingSet: { readonly id: string, readonly rowCount: number, readonly contentHash: string, readonly downloadPath: string } | null } | null };

export type VersionFragment = { readonly id: string, readonly state: ApprovalState, readonly tags: ReadonlyArray<string> };

export type VersionsOfModelQueryVariables = Exact<{
  id: string;
}>;


export type VersionsOfModelQuery = { readonly model: { readonly versions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ApprovalState, readonly tags: ReadonlyArray<string> } }> } } | null };

export type OneVersionQueryVariables = Exact<{
  id: string;
}>;


export type OneVersionQuery = { readonly modelVersion: { readonly id: string, readonly state: ApprovalState, readonly tags: ReadonlyArray<string> } | null };

export type RegisterModelVersionMutationVariables = Exact<{
  input: RegisterModelVersionInput;
}>;


export type RegisterModelVersionMutation = { readonly registerModelVersion: { readonly modelVersion: { readonly id: string, readonly state: ApprovalState, readonly tags: ReadonlyArray<string> } | null, readonly registration: { readonly id: string } } | null };

export type OneModelJobQueryVariables = Exact<{
  id: string;
}>;


export type OneModelJobQuery = { readonly modelJob: { readonly state: JobState, readonly error: string | null, readonly gates: ReadonlyArray<{ readonly gate: string, readonly passed: boolean, readonly detail: string }>, readonly modelVersion: { readonly id: string, readonly state: ApprovalState, readonly tags: ReadonlyArray<string> } | null } | null };

export type SubmitModelVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type SubmitModelVersionMutation = { readonly submitModelVersion: { readonly eventCursor: string | null } | null };

export type ValidateModelVersionMutationVariables = Exact<{
  input: ValidateModelVersionInput;
}>;


export type ValidateModelVersionMutation = { readonly validateModelVersion: { readonly validation: { readonly id: string } } | null };

export type ApproveModelVersionMutationVariables = Exact<{
  input: ApproveModelVersionInput;
}>;


export type ApproveModelVersionMutation = { readonly approveModelVersion: { readonly eventCursor: string | null } | null };

export type ReleaseFactsFragment = { readonly id: string, readonly description: string, readonly digest: string, readonly approvalState: ReleaseApprovalState, readonly modelVersions: ReadonlyArray<{ readonly id: string }> };

export type ReleasesOfDeploymentQueryVariables = Exact<{
  id: string;
}>;


export type ReleasesOfDeploymentQuery = { readonly deployment: { readonly createdAt: string, readonly live: { readonly id: string, readonly description: string, readonly digest: string, readonly approvalState: ReleaseApprovalState, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } | null, readonly releases: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly description: string, readonly digest: string, readonly approvalState: ReleaseApprovalState, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } }> } } | null };

export type OneEndpointQueryVariables = Exact<{
  id: string;
}>;


export type OneEndpointQuery = { readonly endpoint: { readonly id: string } | null };

export type CreateEndpointMutationVariables = Exact<{
  input: CreateEndpointInput;
}>;


export type CreateEndpointMutation = { readonly createEndpoint: { readonly eventCursor: string | null } | null };

export type CreateDeploymentMutationVariables = Exact<{
  input: CreateDeploymentInput;
}>;


export type CreateDeploymentMutation = { readonly createDeployment: { readonly eventCursor: string | null } | null };

export type CreateReleaseMutationVariables = Exact<{
  input: CreateReleaseInput;
}>;


export type CreateReleaseMutation = { readonly createRelease: { readonly release: { readonly id: string, readonly approvalState: ReleaseApprovalState } } | null };

export type ApproveReleaseMutationVariables = Exact<{
  input: ApproveReleaseInput;
}>;


export type ApproveReleaseMutation = { readonly approveRelease: { readonly eventCursor: string | null } | null };

export type PromoteReleaseMutationVariables = Exact<{
  input: PromoteReleaseInput;
}>;


export type PromoteReleaseMutation = { readonly promoteRelease: { readonly applied: boolean } | null };

export const DefineEntity = operation<DefineEntityMutation, DefineEntityMutationVariables>(
  'mutation',
  'DefineEntity',
  `mutation DefineEntity($input: DefineEntityInput!) {
  defineEntity(input: $input) {
    entity {
      id
    }
  }
}`,
);

export const DefineSource = operation<DefineSourceMutation, DefineSourceMutationVariables>(
  'mutation',
  'DefineSource',
  `mutation DefineSource($input: DefineSourceInput!) {
  defineSource(input: $input) {
    source {
      id
    }
  }
}`,
);

export const DefineFeatureView = operation<DefineFeatureViewMutation, DefineFeatureViewMutationVariables>(
  'mutation',
  'DefineFeatureView',
  `mutation DefineFeatureView($input: DefineFeatureViewInput!) {
  defineFeatureView(input: $input) {
    featureView {
      id
    }
  }
}`,
);

export const DefineFeatureService = operation<DefineFeatureServiceMutation, DefineFeatureServiceMutationVariables>(
  'mutation',
  'DefineFeatureService',
  `mutation DefineFeatureService($input: DefineFeatureServiceInput!) {
  defineFeatureService(input: $input) {
    featureService {
      id
    }
  }
}`,
);

export const LoadsOfView = operation<LoadsOfViewQuery, LoadsOfViewQueryVariables>(
  'query',
  'LoadsOfView',
  `query LoadsOfView($view: ID!) {
  materializations(view: $view, first: 100) {
    edges {
      node {
        ...Load
      }
    }
  }
}

fragment Load on Materialization {
  id
  state
  error
  from
  to
  rowsWritten
}`,
);

export const OneLoad = operation<OneLoadQuery, OneLoadQueryVariables>(
  'query',
  'OneLoad',
  `query OneLoad($id: ID!) {
  materialization(id: $id) {
    ...Load
  }
}

fragment Load on Materialization {
  id
  state
  error
  from
  to
  rowsWritten
}`,
);

export const Materialize = operation<MaterializeMutation, MaterializeMutationVariables>(
  'mutation',
  'Materialize',
  `mutation Materialize($input: MaterializeInput!) {
  materialize(input: $input) {
    materialization {
      ...Load
    }
  }
}

fragment Load on Materialization {
  id
  state
  error
  from
  to
  rowsWritten
}`,
);

export const CreateTrainingSet = operation<CreateTrainingSetMutation, CreateTrainingSetMutationVariables>(
  'mutation',
  'CreateTrainingSet',
  `mutation CreateTrainingSet($input: CreateTrainingSetInput!) {
  createTrainingSet(input: $input) {
    build {
      ...Build
    }
  }
}

fragment Build on TrainingSetBuild {
  id
  state
  error
  trainingSet {
    id
    rowCount
    contentHash
    downloadPath
  }
}`,
);

export const OneBuild = operation<OneBuildQuery, OneBuildQueryVariables>(
  'query',
  'OneBuild',
  `query OneBuild($id: ID!) {
  trainingSetBuild(id: $id) {
    ...Build
  }
}

fragment Build on TrainingSetBuild {
  id
  state
  error
  trainingSet {
    id
    rowCount
    contentHash
    downloadPath
  }
}`,
);

export const VersionsOfModel = operation<VersionsOfModelQuery, VersionsOfModelQueryVariables>(
  'query',
  'VersionsOfModel',
  `query VersionsOfModel($id: ID!) {
  model(id: $id) {
    versions(first: 100) {
      edges {
        node {
          ...Version
        }
      }
    }
  }
}

fragment Version on ModelVersion {
  id
  state
  tags
}`,
);

export const OneVersion = operation<OneVersionQuery, OneVersionQueryVariables>(
  'query',
  'OneVersion',
  `query OneVersion($id: ID!) {
  modelVersion(id: $id) {
    ...Version
  }
}

fragment Version on ModelVersion {
  id
  state
  tags
}`,
);

export const RegisterModelVersion = operation<RegisterModelVersionMutation, RegisterModelVersionMutationVariables>(
  'mutation',
  'RegisterModelVersion',
  `mutation RegisterModelVersion($input: RegisterModelVersionInput!) {
  registerModelVersion(input: $input) {
    modelVersion {
      ...Version
    }
    registration {
      id
    }
  }
}

fragment Version on ModelVersion {
  id
  state
  tags
}`,
);

export const OneModelJob = operation<OneModelJobQuery, OneModelJobQueryVariables>(
  'query',
  'OneModelJob',
  `query OneModelJob($id: ID!) {
  modelJob(id: $id) {
    state
    error
    gates {
      gate
      passed
      detail
    }
    modelVersion {
      ...Version
    }
  }
}

fragment Version on ModelVersion {
  id
  state
  tags
}`,
);

export const SubmitModelVersion = operation<SubmitModelVersionMutation, SubmitModelVersionMutationVariables>(
  'mutation',
  'SubmitModelVersion',
  `mutation SubmitModelVersion($input: ModelVersionStepInput!) {
  submitModelVersion(input: $input) {
    eventCursor
  }
}`,
);

export const ValidateModelVersion = operation<ValidateModelVersionMutation, ValidateModelVersionMutationVariables>(
  'mutation',
  'ValidateModelVersion',
  `mutation ValidateModelVersion($input: ValidateModelVersionInput!) {
  validateModelVersion(input: $input) {
    validation {
      id
    }
  }
}`,
);

export const ApproveModelVersion = operation<ApproveModelVersionMutation, ApproveModelVersionMutationVariables>(
  'mutation',
  'ApproveModelVersion',
  `mutation ApproveModelVersion($input: ApproveModelVersionInput!) {
  approveModelVersion(input: $input) {
    eventCursor
  }
}`,
);

export const ReleasesOfDeployment = operation<ReleasesOfDeploymentQuery, ReleasesOfDeploymentQueryVariables>(
  'query',
  'ReleasesOfDeployment',
  `query ReleasesOfDeployment($id: ID!) {
  deployment(id: $id) {
    createdAt
    live {
      ...ReleaseFacts
    }
    releases(first: 100) {
      edges {
        node {
          ...ReleaseFacts
        }
      }
    }
  }
}

fragment ReleaseFacts on Release {
  id
  description
  digest
  approvalState
  modelVersions {
    id
  }
}`,
);

export const OneEndpoint = operation<OneEndpointQuery, OneEndpointQueryVariables>(
  'query',
  'OneEndpoint',
  `query OneEndpoint($id: ID!) {
  endpoint(id: $id) {
    id
  }
}`,
);

export const CreateEndpoint = operation<CreateEndpointMutation, CreateEndpointMutationVariables>(
  'mutation',
  'CreateEndpoint',
  `mutation CreateEndpoint($input: CreateEndpointInput!) {
  createEndpoint(input: $input) {
    eventCursor
  }
}`,
);

export const CreateDeployment = operation<CreateDeploymentMutation, CreateDeploymentMutationVariables>(
  'mutation',
  'CreateDeployment',
  `mutation CreateDeployment($input: CreateDeploymentInput!) {
  createDeployment(input: $input) {
    eventCursor
  }
}`,
);

export const CreateRelease = operation<CreateReleaseMutation, CreateReleaseMutationVariables>(
  'mutation',
  'CreateRelease',
  `mutation CreateRelease($input: CreateReleaseInput!) {
  createRelease(input: $input) {
    release {
      id
      approvalState
    }
  }
}`,
);

export const ApproveRelease = operation<ApproveReleaseMutation, ApproveReleaseMutationVariables>(
  'mutation',
  'ApproveRelease',
  `mutation ApproveRelease($input: ApproveReleaseInput!) {
  approveRelease(input: $input) {
    eventCursor
  }
}`,
);

export const PromoteRelease = operation<PromoteReleaseMutation, PromoteReleaseMutationVariables>(
  'mutation',
  'PromoteRelease',
  `mutation PromoteRelease($input: PromoteReleaseInput!) {
  promoteRelease(input: $input) {
    applied
  }
}`,
);

