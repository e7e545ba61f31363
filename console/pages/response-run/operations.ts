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

/** Where an incident stands. RESOLVED: all of its alerts have ended, or a person said that it is over. */
export type IncidentStatus =
  | 'OPEN'
  | 'RESOLVED';

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

/** What a run went through. */
export type ResponseStepKind =
  | 'APPROVE'
  | 'APPROVED'
  | 'ASKED'
  | 'BEGUN'
  | 'BREAKER_OPENED'
  | 'COMPARE'
  | 'DONE'
  | 'EXPIRED'
  | 'FALL_BACK'
  | 'HELD'
  | 'LAPSED'
  | 'OBSERVED'
  | 'PAGE'
  | 'PROMOTE'
  | 'REJECTED'
  | 'RELEASE'
  | 'REQUEST'
  | 'ROLL_BACK'
  | 'ROLL_OUT'
  | 'SHADOW'
  | 'STOPPED'
  | 'SUBMIT'
  | 'SUGGESTED'
  | 'TRAIN'
  | 'TRIGGERED'
  | 'VALIDATE';

/** Which run, and why. */
export type DecideResponseRunInput = {
  /** Why; it stays on record. */
  readonly reason: string;
  /** The run. */
  readonly run: string;
};

export type ResponseRunPageQueryVariables = Exact<{
  id: string;
}>;


export type ResponseRunPageQuery = { readonly responseRun: { readonly id: string, readonly state: ResponseRunState, readonly stage: ResponseStage | null, readonly author: string, readonly policyRevision: number, readonly definition: unknown, readonly startedAt: string, readonly actedAt: string | null, readonly endedAt: string | null, readonly expiresAt: string | null, readonly policy: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string }, readonly incident: { readonly id: string, readonly title: string, readonly status: IncidentStatus } | null, readonly modelVersion: { readonly id: string } | null, readonly release: { readonly id: string } | null, readonly shadow: { readonly id: string } | null, readonly rollout: { readonly id: string } | null, readonly retraining: { readonly tag: string, readonly from: string, readonly to: string, readonly features: ReadonlyArray<string> } | null, readonly steps: ReadonlyArray<{ readonly at: string, readonly kind: ResponseStepKind, readonly by: string | null, readonly text: string }> } | null };

export type ApproveResponseRunMutationVariables = Exact<{
  input: DecideResponseRunInput;
}>;


export type ApproveResponseRunMutation = { readonly approveResponseRun: { readonly responseRun: { readonly id: string } } | null };

export type RejectResponseRunMutationVariables = Exact<{
  input: DecideResponseRunInput;
}>;


export type RejectResponseRunMutation = { readonly rejectResponseRun: { readonly responseRun: { readonly id: string } } | null };

export const ResponseRunPage = operation<ResponseRunPageQuery, ResponseRunPageQueryVariables>(
  'query',
  'ResponseRunPage',
  `sha256:6e1f3e5f8ed9f8c6f1a67266a86068616253f9b13a372bec86e44860eebceb92`,
);

export const ApproveResponseRun = operation<ApproveResponseRunMutation, ApproveResponseRunMutationVariables>(
  'mutation',
  'ApproveResponseRun',
  `sha256:1eb8d8fd67b81f437fcd8afcc4b2355b5038c92cbd5b7f327644b7a27cf76b3a`,
);

export const RejectResponseRun = operation<RejectResponseRunMutation, RejectResponseRunMutationVariables>(
  'mutation',
  'RejectResponseRun',
  `sha256:99d3a9c351159cdb094b83e23620739e0dbd27fc2341d68fffdfb1acb5cf2942`,
);

