// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How urgent an alert of the rule is. */
export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

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

/** The kinds of layers of traffic, in the order in which they decide. SHADOW decides nothing. */
export type TrafficLayerKind =
  | 'ALLOCATION'
  | 'DEFAULT'
  | 'FORCED'
  | 'HOLDOUT'
  | 'KILL'
  | 'SHADOW'
  | 'VARIANT';

export type WaitingVersionsQueryVariables = Exact<{ [key: string]: never; }>;


export type WaitingVersionsQuery = { readonly modelVersions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly state: ApprovalState, readonly version: string, readonly description: string, readonly makers: ReadonlyArray<string>, readonly createdAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type WaitingReleasesQueryVariables = Exact<{ [key: string]: never; }>;


export type WaitingReleasesQuery = { readonly releases: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly description: string, readonly createdBy: string, readonly createdAt: string, readonly deployment: { readonly id: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type FiringAlertsQueryVariables = Exact<{ [key: string]: never; }>;


export type FiringAlertsQuery = { readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly severity: AlertSeverity, readonly value: number | null, readonly firedAt: string | null, readonly silenced: boolean, readonly incident: { readonly id: string } | null, readonly rule: { readonly id: string, readonly name: string } | null, readonly deployment: { readonly id: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type AskingRunsQueryVariables = Exact<{ [key: string]: never; }>;


export type AskingRunsQuery = { readonly responseRuns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly author: string, readonly definition: unknown, readonly actedAt: string | null, readonly startedAt: string, readonly deployment: { readonly id: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type NodesQueryVariables = Exact<{ [key: string]: never; }>;


export type NodesQuery = { readonly edgeNodes: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly stale: boolean, readonly lastSeenAt: string } }> } | null };

export type ServingQueryVariables = Exact<{ [key: string]: never; }>;


export type ServingQuery = { readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly live: { readonly id: string, readonly number: number, readonly modelVersions: ReadonlyArray<{ readonly id: string }> } | null, readonly traffic: { readonly killed: boolean, readonly freeze: { readonly reason: string } | null }, readonly serving: ReadonlyArray<{ readonly layer: TrafficLayerKind, readonly arm: string | null, readonly value: string | null, readonly share: number | null, readonly release: { readonly id: string, readonly number: number } }>, readonly alerts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type HappenedQueryVariables = Exact<{ [key: string]: never; }>;


export type HappenedQuery = { readonly auditRecords: { readonly edges: ReadonlyArray<{ readonly node: { readonly seq: number, readonly action: string, readonly actor: string, readonly onBehalfOf: string | null, readonly subject: string, readonly at: string, readonly reason: string | null } }> } | null };

export type FirstStepsQueryVariables = Exact<{ [key: string]: never; }>;


export type FirstStepsQuery = { readonly sources: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly featureViews: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly trainingSets: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly modelVersions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null, readonly deployments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }> } | null };

export const WaitingVersions = operation<WaitingVersionsQuery, WaitingVersionsQueryVariables>(
  'query',
  'WaitingVersions',
  `sha256:734bd3d716e9655bf0eac4ed9b6fce31c42befb8f9e965ffd908824f809c1a41`,
);

export const WaitingReleases = operation<WaitingReleasesQuery, WaitingReleasesQueryVariables>(
  'query',
  'WaitingReleases',
  `sha256:ea1cd5c8c71eb075db4c959dac961ccb0b1db043d95274cc74f619398542f28b`,
);

export const FiringAlerts = operation<FiringAlertsQuery, FiringAlertsQueryVariables>(
  'query',
  'FiringAlerts',
  `sha256:91291024fa9ba47e0caf5fbb1fa77f9a25237c1b86770d980874941a4a14715d`,
);

export const AskingRuns = operation<AskingRunsQuery, AskingRunsQueryVariables>(
  'query',
  'AskingRuns',
  `sha256:2b77a989ee439481bd1f020da1797ebc121ca855a15ba63680c27200baf5f8bb`,
);

export const Nodes = operation<NodesQuery, NodesQueryVariables>(
  'query',
  'Nodes',
  `sha256:2544e2fdfba24b470465aee548719154d50ef78826231e44ae621cbeba723ab2`,
);

export const Serving = operation<ServingQuery, ServingQueryVariables>(
  'query',
  'Serving',
  `sha256:0bfa7fdc2f81da171c85213cd07ea84c78d23db8eda34ae35e7c39ad49f70124`,
);

export const Happened = operation<HappenedQuery, HappenedQueryVariables>(
  'query',
  'Happened',
  `sha256:3e5990f0df8922ccedea65689605097fceafc00a185ff0e0f10d313ecdc5325d`,
);

export const FirstSteps = operation<FirstStepsQuery, FirstStepsQueryVariables>(
  'query',
  'FirstSteps',
  `sha256:a880264fff8ced01c370af01887f26103f7b5a704c51205eda10b6f8fedc4cc0`,
);

