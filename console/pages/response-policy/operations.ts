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

/** Which policy does nothing for now, and why. */
export type PauseResponsePolicyInput = {
  /** The policy. */
  readonly policy: string;
  /** Why; it stays on record. */
  readonly reason: string;
};

/** Which policy. */
export type ResponsePolicyInput = {
  /** The policy. */
  readonly policy: string;
};

export type ResponsePolicyPageQueryVariables = Exact<{
  id: string;
}>;


export type ResponsePolicyPageQuery = { readonly responsePolicy: { readonly id: string, readonly name: string, readonly description: string, readonly level: ResponseLevel, readonly definition: unknown, readonly revision: number, readonly createdAt: string, readonly createdBy: string, readonly changedAt: string, readonly changedBy: string, readonly paused: { readonly at: string, readonly by: string | null, readonly reason: string } | null, readonly deployment: { readonly id: string } } | null };

export type RunsOfPolicyQueryVariables = Exact<{
  policy: string;
  first: number;
  after?: string | null | undefined;
}>;


export type RunsOfPolicyQuery = { readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ResponseRunState, readonly stage: ResponseStage | null, readonly author: string, readonly definition: unknown, readonly startedAt: string, readonly endedAt: string | null, readonly policy: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string }, readonly incident: { readonly id: string, readonly title: string } | null, readonly steps: ReadonlyArray<{ readonly text: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type PauseResponsePolicyMutationVariables = Exact<{
  input: PauseResponsePolicyInput;
}>;


export type PauseResponsePolicyMutation = { readonly pauseResponsePolicy: { readonly responsePolicy: { readonly id: string } } | null };

export type ResumeResponsePolicyMutationVariables = Exact<{
  input: ResponsePolicyInput;
}>;


export type ResumeResponsePolicyMutation = { readonly resumeResponsePolicy: { readonly responsePolicy: { readonly id: string } } | null };

export const ResponsePolicyPage = operation<ResponsePolicyPageQuery, ResponsePolicyPageQueryVariables>(
  'query',
  'ResponsePolicyPage',
  `sha256:9200fea815fd355932c3cd37f3c2c6a8a742600741a72dbd2d9e6abdc6a9cde5`,
);

export const RunsOfPolicy = operation<RunsOfPolicyQuery, RunsOfPolicyQueryVariables>(
  'query',
  'RunsOfPolicy',
  `sha256:274bb59c7ae55120d0046f464740bf9e4dfbb1ab9c16ddba50a30c61144ed291`,
);

export const PauseResponsePolicy = operation<PauseResponsePolicyMutation, PauseResponsePolicyMutationVariables>(
  'mutation',
  'PauseResponsePolicy',
  `sha256:8547dd02c323d0794d9f39b62cc986bb7ce53d3ad394ec23b5f9d7c661435825`,
);

export const ResumeResponsePolicy = operation<ResumeResponsePolicyMutation, ResumeResponsePolicyMutationVariables>(
  'mutation',
  'ResumeResponsePolicy',
  `sha256:8fbb9e83f864488bf4fe5907f77e24eb3734f04ed495c9e2c77790c8972715dd`,
);

