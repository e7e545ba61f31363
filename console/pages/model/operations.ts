// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What a training row may know of. */
export type KnownAt =
  /** Values that had been created by the row’s time, whenever they arrived here. */
  | 'CREATED'
  /** Values whose event lies before the row’s time, whenever they became known. */
  | 'EVENT_TIME'
  /** Values that had been created and had arrived here by the row’s time: what was served then. */
  | 'KNOWN';

/** How a long piece of work stands. */
export type JobState =
  /** None of it was kept; error says why. */
  | 'FAILED'
  /** It goes on; ask again. */
  | 'RUNNING'
  /** All of it is done. */
  | 'SUCCEEDED';

/** How closely an engine answers as a model must. */
export type Agreement =
  /** Within 2 units in the last place of float32. */
  | 'BOUNDED'
  /** To the bit. */
  | 'EXACT'
  /** Farther off: no node runs the version on it. */
  | 'OFF';

/** A step of the approval life. */
export type ApprovalAction =
  | 'APPROVE'
  | 'ARCHIVE'
  | 'REINSTATE'
  | 'REJECT'
  | 'RETIRE'
  | 'SUBMIT'
  | 'SUSPEND'
  | 'VALIDATE'
  | 'WAIVE'
  | 'WITHDRAW'
  | 'WITHDRAW_APPROVAL';

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

/** Who gave the golden rows: the submitter, or the model itself where none were given. */
export type GoldenOrigin =
  | 'SELF'
  | 'SUBMITTER';

/** How far the work on a model version is. */
export type ModelJobPhase =
  /** It has ended. */
  | 'DONE'
  /** It waits for its turn. */
  | 'QUEUED'
  /** The file is read. */
  | 'READING'
  /** What came of it is stored. */
  | 'STORING'
  /** The model is loaded and run. */
  | 'TRYING';

/** Which part of a version number was raised. */
export type VersionBump =
  | 'BUILD'
  | 'MAJOR'
  | 'MINOR'
  | 'PATCH';

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

/** A version to take one step on. */
export type ModelVersionStepInput = {
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
};

/** A version to take a step on that others must understand. */
export type ReasonedStepInput = {
  /** The version. */
  readonly id: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** A version to validate. */
export type ValidateModelVersionInput = {
  /** The version. */
  readonly id: string;
  /** How long to wait for the end before answering, in ms: 0 to 20000. The work goes on anyway. */
  readonly waitMs?: number | null | undefined;
};

export type ModelPageQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ModelPageQuery = { readonly model: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly versions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly version: string, readonly state: ApprovalState, readonly bump: VersionBump | null, readonly createdAt: string, readonly owner: string | null, readonly algorithm: string | null, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string } }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type ContractFragment = { readonly id: string, readonly version: string, readonly digest: string, readonly sizeBytes: number, readonly algorithm: string | null, readonly producer: string, readonly codeCommit: string | null, readonly operators: ReadonlyArray<string>, readonly claimedMetrics: unknown, readonly hyperParameters: unknown, readonly inputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }> };

export type VersionHeadQueryVariables = Exact<{
  id: string;
}>;


export type VersionHeadQuery = { readonly modelVersion: { readonly id: string, readonly number: number, readonly version: string, readonly state: ApprovalState, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly createdAt: string, readonly makers: ReadonlyArray<string>, readonly bump: VersionBump | null, readonly bumpReasons: ReadonlyArray<string>, readonly model: { readonly id: string }, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string }, readonly release: { readonly id: string, readonly number: number } }> } | null };

export type VersionApprovalQueryVariables = Exact<{
  id: string;
}>;


export type VersionApprovalQuery = { readonly modelVersion: { readonly id: string, readonly state: ApprovalState, readonly evaluation: string | null, readonly goldenRows: number, readonly goldenOrigin: GoldenOrigin, readonly validation: { readonly state: JobState, readonly phase: ModelJobPhase, readonly error: string | null, readonly finishedAt: string | null, readonly gates: ReadonlyArray<{ readonly gate: string, readonly passed: boolean, readonly detail: string }> } | null, readonly proofs: ReadonlyArray<{ readonly engine: string, readonly version: string, readonly agreement: Agreement, readonly ulps: number | null, readonly rows: number, readonly difference: string | null }>, readonly approvals: ReadonlyArray<{ readonly id: string, readonly action: ApprovalAction, readonly actor: string, readonly onBehalfOf: string | null, readonly at: string, readonly from: ApprovalState, readonly to: ApprovalState, readonly reason: string | null, readonly environments: ReadonlyArray<string>, readonly expiresAt: string | null, readonly report: ReadonlyArray<{ readonly gate: string, readonly passed: boolean, readonly detail: string }> }> } | null };

export type VersionContractQueryVariables = Exact<{
  id: string;
}>;


export type VersionContractQuery = { readonly modelVersion: { readonly id: string, readonly version: string, readonly digest: string, readonly sizeBytes: number, readonly algorithm: string | null, readonly producer: string, readonly codeCommit: string | null, readonly operators: ReadonlyArray<string>, readonly claimedMetrics: unknown, readonly hyperParameters: unknown, readonly featureService: { readonly id: string } | null, readonly trainingSet: { readonly id: string, readonly rowCount: number, readonly createdAt: string, readonly knownAt: KnownAt } | null, readonly inputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }> } | null };

export type OtherContractQueryVariables = Exact<{
  id: string;
}>;


export type OtherContractQuery = { readonly modelVersion: { readonly id: string, readonly version: string, readonly digest: string, readonly sizeBytes: number, readonly algorithm: string | null, readonly producer: string, readonly codeCommit: string | null, readonly operators: ReadonlyArray<string>, readonly claimedMetrics: unknown, readonly hyperParameters: unknown, readonly inputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }>, readonly outputs: ReadonlyArray<{ readonly name: string, readonly dtype: string, readonly shape: ReadonlyArray<number> }> } | null };

export type VersionPerformanceQueryVariables = Exact<{
  id: string;
}>;


export type VersionPerformanceQuery = { readonly modelVersion: { readonly id: string, readonly performance: { readonly from: string, readonly to: string, readonly total: { readonly predictions: number, readonly labelled: number, readonly auc: number | null, readonly brier: number | null, readonly labelCoverage: number | null } } | null } | null };

export type SubmitVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type SubmitVersionMutation = { readonly submitModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type ValidateVersionMutationVariables = Exact<{
  input: ValidateModelVersionInput;
}>;


export type ValidateVersionMutation = { readonly validateModelVersion: { readonly passed: boolean | null, readonly modelVersion: { readonly id: string } } | null };

export type ApproveVersionMutationVariables = Exact<{
  input: ApproveModelVersionInput;
}>;


export type ApproveVersionMutation = { readonly approveModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type RejectVersionMutationVariables = Exact<{
  input: ReasonedStepInput;
}>;


export type RejectVersionMutation = { readonly rejectModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type SuspendVersionMutationVariables = Exact<{
  input: ReasonedStepInput;
}>;


export type SuspendVersionMutation = { readonly suspendModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type ReinstateVersionMutationVariables = Exact<{
  input: ReasonedStepInput;
}>;


export type ReinstateVersionMutation = { readonly reinstateModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type WithdrawVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type WithdrawVersionMutation = { readonly withdrawModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type RetireVersionMutationVariables = Exact<{
  input: ModelVersionStepInput;
}>;


export type RetireVersionMutation = { readonly retireModelVersion: { readonly modelVersion: { readonly id: string } } | null };

export type ModelAliasesQueryVariables = Exact<{
  id: string;
}>;


export type ModelAliasesQuery = { readonly model: { readonly id: string, readonly aliases: ReadonlyArray<{ readonly alias: string, readonly version: { readonly id: string } | null, readonly releases: ReadonlyArray<{ readonly id: string }>, readonly history: { readonly edges: ReadonlyArray<{ readonly node: { readonly number: number | null, readonly at: string, readonly by: string } }>, readonly pageInfo: { readonly hasNextPage: boolean } } }> } | null };

export type VersionDossierQueryVariables = Exact<{
  id: string;
}>;


export type VersionDossierQuery = { readonly modelVersion: { readonly dossier: string } | null };

export const ModelPage = operation<ModelPageQuery, ModelPageQueryVariables>(
  'query',
  'ModelPage',
  `sha256:2a3e7452b4bb905098be5ce77186847036ede2d4307393d1a5a1b25b1ef58d78`,
);

export const VersionHead = operation<VersionHeadQuery, VersionHeadQueryVariables>(
  'query',
  'VersionHead',
  `sha256:8b975b592bba37163994d23d9db60751daee505717bfc8c6b4f31e7dc33d48d4`,
);

export const VersionApproval = operation<VersionApprovalQuery, VersionApprovalQueryVariables>(
  'query',
  'VersionApproval',
  `sha256:b6b87e2fc78a4581d37f8f9f2ff403df9c0fcc6d1353d9e0599a6804bbfa6c48`,
);

export const VersionContract = operation<VersionContractQuery, VersionContractQueryVariables>(
  'query',
  'VersionContract',
  `sha256:e2ba8d5306c5a9352633387ab93bc4fa70a4a91dd54b4636fed47fae073d6858`,
);

export const OtherContract = operation<OtherContractQuery, OtherContractQueryVariables>(
  'query',
  'OtherContract',
  `sha256:aece93518833b5358f9dd1d476518072c8756f822f2c8da2390fe8e334e5935a`,
);

export const VersionPerformance = operation<VersionPerformanceQuery, VersionPerformanceQueryVariables>(
  'query',
  'VersionPerformance',
  `sha256:52497981877d1555d74bdb871a5df9a46079cac518e4649f6cdd07c310557656`,
);

export const SubmitVersion = operation<SubmitVersionMutation, SubmitVersionMutationVariables>(
  'mutation',
  'SubmitVersion',
  `sha256:2f5a98466579e7aeeb08876a5b41a370f04486bb645120c90eb965a20811e3cc`,
);

export const ValidateVersion = operation<ValidateVersionMutation, ValidateVersionMutationVariables>(
  'mutation',
  'ValidateVersion',
  `sha256:ecad92ae1429a407a755fcb04acd03f75ed04813d298b1ba86191e5514e68095`,
);

export const ApproveVersion = operation<ApproveVersionMutation, ApproveVersionMutationVariables>(
  'mutation',
  'ApproveVersion',
  `sha256:7cfcff470aa7f6d39da270bf65e69b411ea1dc48fab27a5fa5eb6a95d272d6ad`,
);

export const RejectVersion = operation<RejectVersionMutation, RejectVersionMutationVariables>(
  'mutation',
  'RejectVersion',
  `sha256:6198447e8f462651485babce31f05cadd8e83b3b8240e5d7e61a668b7af50fed`,
);

export const SuspendVersion = operation<SuspendVersionMutation, SuspendVersionMutationVariables>(
  'mutation',
  'SuspendVersion',
  `sha256:3e19ccc7016cf790ae20d76b0e81ef001f222b0a16c1b856afbbc6b7add8d089`,
);

export const ReinstateVersion = operation<ReinstateVersionMutation, ReinstateVersionMutationVariables>(
  'mutation',
  'ReinstateVersion',
  `sha256:e6b92bc4ccf785fd4c5a647ce8b4655b52f9cea5f150935387a014b37a837b5a`,
);

export const WithdrawVersion = operation<WithdrawVersionMutation, WithdrawVersionMutationVariables>(
  'mutation',
  'WithdrawVersion',
  `sha256:83d4108cf8b4b51505a2377d6b5d78873e4527e0cbdfc81bc3dd4bb8128ed70e`,
);

export const RetireVersion = operation<RetireVersionMutation, RetireVersionMutationVariables>(
  'mutation',
  'RetireVersion',
  `sha256:0bca5a93e73cd9e1cb40af45cb9d9d8c5e50576eac49a1a21e9149384c48dfe3`,
);

export const ModelAliases = operation<ModelAliasesQuery, ModelAliasesQueryVariables>(
  'query',
  'ModelAliases',
  `sha256:ae855ed6e7282af4bdcdb443ae6a263a785abf0108eb09a5532345741b177762`,
);

export const VersionDossier = operation<VersionDossierQuery, VersionDossierQueryVariables>(
  'query',
  'VersionDossier',
  `sha256:5dea4a6b5b1c872f4e78a0a4600a1ee89166d71de0c2665b469224d577d2f823`,
);

