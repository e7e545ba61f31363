// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

/** How far a policy goes without asking. */
export type ResponseLevel =
  /** Asks; another person than its author lets it act. */
  | 'APPROVE'
  /** Acts by itself, within its brakes. */
  | 'AUTOMATIC'
  /** Keeps on record what it would have done. */
  | 'OBSERVE'
  /** Says what to do; people do it. */
  | 'SUGGEST';

/** One command of an action, or what it waits for. */
export type ResponseStage =
  /** Has it approved by a standing approval, or waits until a person approves it. */
  | 'APPROVE'
  /** Waits for the pairs of the shadow, and judges them. */
  | 'COMPARE'
  /** Has the fallback answer. */
  | 'FALL_BACK'
  /** Pages people. */
  | 'PAGE'
  /** Waits for the rollout's verdicts. */
  | 'PROMOTE'
  /** Makes a release: what serves, with the new version in it. */
  | 'RELEASE'
  /** Asks the trainer. */
  | 'REQUEST'
  /** Goes back to the release before. */
  | 'ROLL_BACK'
  /** Starts the rollout. */
  | 'ROLL_OUT'
  /** Starts the shadow. */
  | 'SHADOW'
  /** Submits the version. */
  | 'SUBMIT'
  /** Waits for a version. */
  | 'TRAIN'
  /** Has its gates computed. */
  | 'VALIDATE';

export type ResponsePoliciesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
}>;


export type ResponsePoliciesQuery = { readonly responsePolicies: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly description: string, readonly level: ResponseLevel, readonly definition: unknown, readonly paused: { readonly at: string, readonly by: string | null, readonly reason: string } | null, readonly deployment: { readonly id: string }, readonly runs: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ResponseRunState, readonly startedAt: string } }> } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ResponseRunsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  deployment?: string | null | undefined;
  state?: ResponseRunState | null | undefined;
}>;


export type ResponseRunsQuery = { readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ResponseRunState, readonly stage: ResponseStage | null, readonly author: string, readonly definition: unknown, readonly startedAt: string, readonly endedAt: string | null, readonly policy: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string }, readonly incident: { readonly id: string, readonly title: string } | null, readonly steps: ReadonlyArray<{ readonly text: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const ResponsePolicies = operation<ResponsePoliciesQuery, ResponsePoliciesQueryVariables>(
  'query',
  'ResponsePolicies',
  `sha256:17e0cc72516155f36386c0c62ab7abd687d8e55f572f175baa47799027995aa2`,
);

export const ResponseRuns = operation<ResponseRunsQuery, ResponseRunsQueryVariables>(
  'query',
  'ResponseRuns',
  `sha256:ca593a79e14339fd54c4d12565bf186f9aa79cdfd2d1a425859b6b93a0e85ea5`,
);

