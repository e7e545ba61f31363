// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How urgent an alert of the rule is. */
export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

/** Kinds of trouble; each can bring those after it. */
export type TroubleCause =
  /** The same inputs mean another outcome than before. */
  | 'CONCEPT_DRIFT'
  /** What comes in has changed. */
  | 'COVARIATE_SHIFT'
  /** Answers are slow, fail or stay away, or a node does. */
  | 'INFRASTRUCTURE'
  /** Nothing that is known here: give the rule a label `cause`. */
  | 'OTHER'
  /** Scores are worse than they were, and nothing before it is known. */
  | 'PERFORMANCE_LOSS'
  /** Features are missing or too old: mend what brings them, and do not retrain. */
  | 'PIPELINE_FAULT'
  /** How often each answer or outcome comes has changed. */
  | 'PRIOR_SHIFT';

/** Whose inbox. */
export type InboxOf =
  /** What whoever asks may deal with: nothing that they made themselves, and nothing that takes another role. */
  | 'ME'
  /** What waits for anybody. */
  | 'ANYBODY';

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

/** What ends. */
export type EndingKind =
  /** The approval, at the end that it was given for. */
  | 'APPROVAL'
  /** The time by which the version must have been validated and approved again. */
  | 'VALIDATION'
  /** The waiver of a gate. */
  | 'WAIVER';

/** How much harm a wrong answer can do. It decides which gates there are and how many people approve. */
export type RiskTier =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

export type InboxListsQueryVariables = Exact<{
  of: InboxOf;
  first: number;
  incidents?: string | null | undefined;
  responseRuns?: string | null | undefined;
  rollouts?: string | null | undefined;
  releases?: string | null | undefined;
  modelVersions?: string | null | undefined;
  breakGlasses?: string | null | undefined;
  standingApprovals?: string | null | undefined;
  endings?: string | null | undefined;
  edgeNodes?: string | null | undefined;
}>;


export type InboxListsQuery = { readonly inbox: { readonly incidents: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly cause: TroubleCause, readonly severity: AlertSeverity, readonly startedAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly author: string, readonly definition: unknown, readonly startedAt: string, readonly deployment: { readonly id: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly rollouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly step: number, readonly createdAt: string, readonly leaseLostAt: string | null, readonly paused: { readonly at: string, readonly by: string, readonly reason: string } | null, readonly deployment: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly releases: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly modelVersions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ApprovalState, readonly version: string, readonly riskTier: RiskTier, readonly createdAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly breakGlasses: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: number, readonly modelVersion: string, readonly environment: string, readonly reason: string, readonly openedBy: string, readonly openedAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly standingApprovals: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: number, readonly model: string, readonly runs: number, readonly reason: string, readonly proposedBy: string, readonly expiresAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly endings: { readonly edges: ReadonlyArray<{ readonly node: { readonly kind: EndingKind, readonly gate: string | null, readonly at: string, readonly modelVersion: { readonly id: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly lastSeenAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null } | null };

export const InboxLists = operation<InboxListsQuery, InboxListsQueryVariables>(
  'query',
  'InboxLists',
  `sha256:8fb28e99050407c98c3bf03dfaa4c3c7b5c70a521b08dff3bbd93952e1cb921f`,
);

