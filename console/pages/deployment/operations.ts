// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where an experiment stands in its life. A stopped one never runs again. */
export type ExperimentStatus =
  | 'ARCHIVED'
  | 'DECIDED'
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

/** Where a shadow stands in its life. A stopped one never runs again. */
export type ShadowStatus =
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

/** How urgent an alert of the rule is. */
export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

/** Where an alert stands. INACTIVE: its condition ended before it fired. */
export type AlertStatus =
  | 'FIRING'
  | 'INACTIVE'
  | 'PENDING'
  | 'RESOLVED';

/** Where a run of a policy stands. */
export type ResponseRunState =
  /** Its action is under way; `stage` says how far. */
  | 'ACTING'
  /** It waits for a person: approveResponseRun or rejectResponseRun. */
  | 'ASKING'
  /** All of its action is done. */
  | 'DONE'
  /** Nobody approved what it waited for in time. */
  | 'EXPIRED'
  /** Its trigger no longer held before anything was done. */
  | 'LAPSED'
  /** It would have acted, and only observes. */
  | 'OBSERVED'
  /** A person ended it. */
  | 'REJECTED'
  /** Its action came no further; the last step says why. */
  | 'STOPPED'
  /** It said what to do. */
  | 'SUGGESTED'
  /** A brake holds it; it is judged again. */
  | 'WAITING';

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

/** How the recipe of a release stands: NOT_REQUIRED where its deployment asks for no approval. */
export type ReleaseApprovalState =
  | 'APPROVED'
  | 'NOT_REQUIRED'
  | 'REJECTED'
  | 'WAITING';

/** The kinds of layers of traffic, in the order in which they decide. SHADOW decides nothing. */
export type TrafficLayerKind =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'SHADOW'
  | 'VARIANT';

/** How a deployment’s traffic was changed. */
export type TrafficChangeKind =
  | 'ACQUIRE_ALLOCATION'
  | 'ACQUIRE_SHADOW'
  | 'END_ALLOCATION'
  | 'END_SHADOW'
  | 'FALLBACK'
  | 'KILL'
  | 'LIFT_FREEZE'
  | 'PROMOTE'
  | 'ROLLBACK'
  | 'SET'
  | 'TESTERS';

/** A release whose recipe may answer. */
export type ApproveReleaseInput = {
  /** Why; it stays on record. */
  readonly reason?: string | null | undefined;
  /** The release; it waits for an approval. */
  readonly release: string;
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

/** Which deployment, and why. */
export type ReasonedTrafficInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** A release whose recipe must not answer. */
export type RejectReleaseInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The release; it waits for an approval. */
  readonly release: string;
};

/** How far to go back. */
export type RollbackInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** Tells what it would do, and changes nothing. */
  readonly dryRun?: boolean | null | undefined;
  /** Why; it stays on record. */
  readonly reason: string;
  /** A release that was the default before, by its id or its digest: goes there at once. Left out: one step. */
  readonly to?: string | null | undefined;
};

/** A release to try on a share of the units. */
export type SetCanaryInput = {
  /** Names the decision, such as a verdict’s id: the same cause again changes nothing. */
  readonly cause?: string | null | undefined;
  /** The deployment. */
  readonly deployment: string;
  /** The revision of the traffic that was read, to refuse if it has moved. */
  readonly expectedRevision?: number | null | undefined;
  /** Percent of the units that it answers: 0 ends the canary, 100 makes the release the default. */
  readonly percent: number;
  /** Why; it stays on record. */
  readonly reason: string;
  /** The release, by its id or its digest. */
  readonly release: string;
  /** The input field whose value is hashed; left out: the input of the recipe’s first entity. */
  readonly unit?: string | null | undefined;
};

export type DeploymentHeadQueryVariables = Exact<{
  id: string;
}>;


export type DeploymentHeadQuery = { readonly deployment: { readonly id: string, readonly environment: string, readonly audiences: ReadonlyArray<string>, readonly requiresApproval: boolean, readonly refuseAfterMs: number | null, readonly createdAt: string, readonly endpoint: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string> }, readonly live: { readonly id: string, readonly number: number, readonly digest: string, readonly description: string, readonly modelVersions: ReadonlyArray<{ readonly id: string, readonly version: string, readonly state: ApprovalState }>, readonly featureService: { readonly id: string } | null } | null, readonly traffic: { readonly revision: number, readonly killed: boolean, readonly previousRelease: string | null, readonly lease: { readonly holder: string } | null, readonly shadow: { readonly holder: string } | null, readonly freeze: { readonly by: string, readonly reason: string, readonly since: string } | null }, readonly serving: ReadonlyArray<{ readonly layer: TrafficLayerKind, readonly arm: string | null, readonly value: string | null, readonly share: number | null, readonly release: { readonly id: string, readonly number: number, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } }> } | null };

export type DeploymentReleasesQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type DeploymentReleasesQuery = { readonly deployment: { readonly id: string, readonly releases: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly digest: string, readonly description: string, readonly createdAt: string, readonly createdBy: string, readonly approvalState: ReleaseApprovalState, readonly approval: { readonly by: string, readonly at: string, readonly reason: string | null } | null, readonly modelVersions: ReadonlyArray<{ readonly id: string, readonly state: ApprovalState }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type DeploymentHistoryQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type DeploymentHistoryQuery = { readonly deployment: { readonly id: string, readonly history: { readonly edges: ReadonlyArray<{ readonly node: { readonly revision: number, readonly kind: TrafficChangeKind, readonly actor: string, readonly onBehalfOf: string | null, readonly at: string, readonly reason: string | null, readonly cause: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type DeploymentServedQueryVariables = Exact<{
  id: string;
}>;


export type DeploymentServedQuery = { readonly deployment: { readonly id: string, readonly served: { readonly agrees: boolean | null, readonly orderedRelease: string | null, readonly releases: ReadonlyArray<{ readonly release: string, readonly answers: number, readonly fallbacks: number, readonly firstAt: string, readonly lastAt: string, readonly modelVersions: ReadonlyArray<{ readonly id: string }> }> } | null, readonly nodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly stale: boolean, readonly lastSeenAt: string, readonly manifestRevision: number } }> } | null } | null };

export type DeploymentAnswersQueryVariables = Exact<{
  id: string;
}>;


export type DeploymentAnswersQuery = { readonly deployment: { readonly id: string, readonly answerSeries: { readonly points: ReadonlyArray<{ readonly from: string, readonly figures: { readonly answers: number, readonly latencyMs: { readonly p99: number | null } } }>, readonly total: { readonly answers: number, readonly errorRate: number | null, readonly fallbackRate: number | null, readonly latencyMs: { readonly p50: number | null, readonly p95: number | null, readonly p99: number | null } } } | null } | null };

export type DeploymentWatchQueryVariables = Exact<{
  id: string;
}>;


export type DeploymentWatchQuery = { readonly incidents: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly severity: AlertSeverity } }> } | null, readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ResponseRunState, readonly definition: unknown, readonly endedAt: string | null } }> } | null, readonly deployment: { readonly id: string, readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly status: AlertStatus, readonly severity: AlertSeverity, readonly value: number | null, readonly firedAt: string | null, readonly activeAt: string, readonly endedAt: string | null, readonly rule: { readonly id: string, readonly name: string } | null } }> } | null, readonly experiments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ExperimentStatus } }> } | null, readonly shadows: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ShadowStatus } }> } | null } | null };

export type RollBackMutationVariables = Exact<{
  input: RollbackInput;
}>;


export type RollBackMutation = { readonly rollback: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly deployment: { readonly id: string } } | null };

export type PromoteMutationVariables = Exact<{
  input: PromoteReleaseInput;
}>;


export type PromoteMutation = { readonly promoteRelease: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string> } | null };

export type StartCanaryMutationVariables = Exact<{
  input: SetCanaryInput;
}>;


export type StartCanaryMutation = { readonly setCanary: { readonly applied: boolean, readonly effects: ReadonlyArray<string>, readonly warnings: ReadonlyArray<string> } | null };

export type KillMutationVariables = Exact<{
  input: ReasonedTrafficInput;
}>;


export type KillMutation = { readonly killDeployment: { readonly applied: boolean, readonly effects: ReadonlyArray<string> } | null };

export type LiftFreezeMutationVariables = Exact<{
  input: ReasonedTrafficInput;
}>;


export type LiftFreezeMutation = { readonly liftFreeze: { readonly applied: boolean, readonly effects: ReadonlyArray<string> } | null };

export type ApproveRecipeMutationVariables = Exact<{
  input: ApproveReleaseInput;
}>;


export type ApproveRecipeMutation = { readonly approveRelease: { readonly release: { readonly id: string } } | null };

export type RejectRecipeMutationVariables = Exact<{
  input: RejectReleaseInput;
}>;


export type RejectRecipeMutation = { readonly rejectRelease: { readonly release: { readonly id: string } } | null };

export const DeploymentHead = operation<DeploymentHeadQuery, DeploymentHeadQueryVariables>(
  'query',
  'DeploymentHead',
  `sha256:8197afefc61ad1728107c8e019dce9ee7d6c0ca0756e6f7bbcecd06fcc05e01c`,
);

export const DeploymentReleases = operation<DeploymentReleasesQuery, DeploymentReleasesQueryVariables>(
  'query',
  'DeploymentReleases',
  `sha256:daa3db7be164c39be526c27c4cade8f16165e0eb445b02cc0167d6d9285d37b7`,
);

export const DeploymentHistory = operation<DeploymentHistoryQuery, DeploymentHistoryQueryVariables>(
  'query',
  'DeploymentHistory',
  `sha256:9840f0ece5027d9ad9f82a61ee75aac26583610031dab3931a12c8960075c5e2`,
);

export const DeploymentServed = operation<DeploymentServedQuery, DeploymentServedQueryVariables>(
  'query',
  'DeploymentServed',
  `sha256:1585bdc4afdbc3ce503c3db1308e010e288a07a4d29071be7a1efae729b37ee5`,
);

export const DeploymentAnswers = operation<DeploymentAnswersQuery, DeploymentAnswersQueryVariables>(
  'query',
  'DeploymentAnswers',
  `sha256:7e1e7f3db5163f63fa0760eed34862f5c2e792faaa1aaf4b42095377ba96d63b`,
);

export const DeploymentWatch = operation<DeploymentWatchQuery, DeploymentWatchQueryVariables>(
  'query',
  'DeploymentWatch',
  `sha256:8f2fa4903102b2b7b4dd11cfc6cc9cc445058e2a19a20b052dae49c8bce53a63`,
);

export const RollBack = operation<RollBackMutation, RollBackMutationVariables>(
  'mutation',
  'RollBack',
  `sha256:c1e5e2624c5069c5d7879a45f7600bfdd9e8cc00ed782a6dfed14b67e0f149da`,
);

export const Promote = operation<PromoteMutation, PromoteMutationVariables>(
  'mutation',
  'Promote',
  `sha256:5ce06e8577457e442bbb9f9b117b7d475f9ac7581feb099e8d088d636c2855bf`,
);

export const StartCanary = operation<StartCanaryMutation, StartCanaryMutationVariables>(
  'mutation',
  'StartCanary',
  `sha256:3a9d94f4d67b917459e3616cc88f12e36c367d540afdeb9227f9f648ce15dc10`,
);

export const Kill = operation<KillMutation, KillMutationVariables>(
  'mutation',
  'Kill',
  `sha256:0d5dfded76ddc81414178110f006dfd8dff41b765ae2c5a4eba265efb6eb56ef`,
);

export const LiftFreeze = operation<LiftFreezeMutation, LiftFreezeMutationVariables>(
  'mutation',
  'LiftFreeze',
  `sha256:2c9174cdb92cb155f13398215e6bb01df79d014d8933d0685df09fc74dea74ea`,
);

export const ApproveRecipe = operation<ApproveRecipeMutation, ApproveRecipeMutationVariables>(
  'mutation',
  'ApproveRecipe',
  `sha256:c983135c37a15c2577af39b69cc9717a7fd98e126bab0a0eb7e0498619a4a448`,
);

export const RejectRecipe = operation<RejectRecipeMutation, RejectRecipeMutationVariables>(
  'mutation',
  'RejectRecipe',
  `sha256:b98608064b2df58fbeb925e337fa21a66dd6bac752b55fa21d123882deefd4a9`,
);

