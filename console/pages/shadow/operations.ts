// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a shadow stands in its life. A stopped one never runs again. */
export type ShadowStatus =
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

/** What the comparison of a shadow comes to. */
export type ShadowRecommendation =
  /** The candidate has the lower Brier score; this holds at any look. */
  | 'CANDIDATE_BETTER'
  /** The candidate has no score for too many of its pairs. */
  | 'CANDIDATE_FAILS'
  /** More pairs with an outcome are needed; the reason says how many. */
  | 'NEEDS_MORE'
  /** These records cannot tell: they are of devices, or the scores are no probabilities. */
  | 'NOT_CALLED'
  /** A difference worth finding is ruled out, or it ended without one. */
  | 'NO_DIFFERENCE_SHOWN'
  /** What answers has the lower Brier score; this holds at any look. */
  | 'PRIMARY_BETTER';

/** Which shadow. */
export type ShadowInput = {
  /** The shadow. */
  readonly shadow: string;
};

/** Which shadow to stop, and why. */
export type StopShadowInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The shadow. */
  readonly shadow: string;
};

export type ShadowPageQueryVariables = Exact<{
  id: string;
}>;


export type ShadowPageQuery = { readonly shadow: { readonly id: string, readonly name: string, readonly status: ShadowStatus, readonly hypothesis: string, readonly description: string, readonly share: number, readonly unit: string, readonly createdAt: string, readonly createdBy: string, readonly startedAt: string | null, readonly stoppedAt: string | null, readonly endsAt: string | null, readonly leaseLostAt: string | null, readonly deployment: { readonly id: string } | null, readonly candidate: { readonly id: string } | null, readonly modelVersions: ReadonlyArray<{ readonly id: string }>, readonly result: { readonly recommendation: ShadowRecommendation, readonly reason: string, readonly pairs: number, readonly labelled: number, readonly failed: { readonly rate: number | null, readonly count: number }, readonly agreement: { readonly rate: number | null, readonly interval: { readonly lower: number, readonly upper: number } }, readonly flips: { readonly rate: number | null, readonly count: number, readonly interval: { readonly lower: number, readonly upper: number } }, readonly auc: { readonly candidate: number | null, readonly primary: number | null }, readonly brier: { readonly candidate: number | null, readonly primary: number | null, readonly test: { readonly difference: number | null, readonly interval: { readonly lower: number, readonly upper: number } | null }, readonly alwaysValidInterval: { readonly lower: number, readonly upper: number } | null }, readonly decisions: ReadonlyArray<{ readonly primary: string, readonly candidate: string, readonly count: number }> } | null, readonly accounting: { readonly chosen: number, readonly recorded: number, readonly queued: number, readonly dropped: number } | null } | null };

export type ShadowBreakdownsQueryVariables = Exact<{
  id: string;
}>;


export type ShadowBreakdownsQuery = { readonly shadow: { readonly id: string, readonly result: { readonly slices: ReadonlyArray<{ readonly segment: string, readonly value: string, readonly inWords: string, readonly decided: number, readonly shareOfFlips: number | null, readonly shareOfPairs: number | null, readonly p: number, readonly flips: { readonly count: number } }>, readonly impact: { readonly pairs: number, readonly undeclared: number, readonly primary: number | null, readonly candidate: number | null, readonly difference: number | null, readonly total: number, readonly interval: { readonly lower: number, readonly upper: number } | null } | null, readonly scoreShift: { readonly n: number, readonly difference: number | null, readonly p: number, readonly interval: { readonly lower: number, readonly upper: number } | null }, readonly signTest: { readonly higher: number, readonly lower: number, readonly p: number }, readonly wilcoxon: { readonly n: number, readonly p: number }, readonly latency: { readonly n: number, readonly meanDifference: number | null, readonly primary: { readonly p50: number, readonly p99: number } | null, readonly candidate: { readonly p50: number, readonly p99: number } | null } } | null } | null };

export type ShadowLiveSubscriptionVariables = Exact<{
  id: string;
  everySeconds: number;
}>;


export type ShadowLiveSubscription = { readonly shadowChanged: { readonly revision: number } | null };

export type BeginShadowMutationVariables = Exact<{
  input: ShadowInput;
}>;


export type BeginShadowMutation = { readonly startShadow: { readonly shadow: { readonly id: string } } | null };

export type EndShadowMutationVariables = Exact<{
  input: StopShadowInput;
}>;


export type EndShadowMutation = { readonly stopShadow: { readonly shadow: { readonly id: string } } | null };

export const ShadowPage = operation<ShadowPageQuery, ShadowPageQueryVariables>(
  'query',
  'ShadowPage',
  `sha256:a2d6743114424d69890aa768398e9634c2a9fa96b1bd7e90983875eb6308701c`,
);

export const ShadowBreakdowns = operation<ShadowBreakdownsQuery, ShadowBreakdownsQueryVariables>(
  'query',
  'ShadowBreakdowns',
  `sha256:1053ebe1eeb0fbb314b1a88bb608a6fedb1845a8982889aa017c8822d4e04e35`,
);

export const ShadowLive = operation<ShadowLiveSubscription, ShadowLiveSubscriptionVariables>(
  'subscription',
  'ShadowLive',
  `sha256:6cac2ba1f196db1e5eadbf03c9e78dbfcca0e6f3e0c073cc3a742f21bfb88064`,
);

export const BeginShadow = operation<BeginShadowMutation, BeginShadowMutationVariables>(
  'mutation',
  'BeginShadow',
  `sha256:840ea11d91cf9715286f77b129ac55a60b4dec5b3c1171fc46271b48e8996aad`,
);

export const EndShadow = operation<EndShadowMutation, EndShadowMutationVariables>(
  'mutation',
  'EndShadow',
  `sha256:feadf05b4e5d3ee74e310eb1a2b2b7f835fcdd20b53fcf3b1b40777e8b9e4f69`,
);

