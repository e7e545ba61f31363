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

/** Where a rollout stands in its life. */
export type RolloutStatus =
  /** The candidate answers by default. */
  | 'COMPLETED'
  /** Described; no unit meets the candidate. */
  | 'DRAFT'
  /** The traffic was given back: what answered before answers all. */
  | 'ROLLED_BACK'
  /** A step is in force. */
  | 'RUNNING';

/** Where a shadow stands in its life. A stopped one never runs again. */
export type ShadowStatus =
  | 'DRAFT'
  | 'RUNNING'
  | 'STOPPED';

/** Where a holdout stands in its life. */
export type HoldoutStatus =
  /** No experiment gets its units. */
  | 'ACTIVE'
  /** Its slice is free again. */
  | 'ENDED';

export type ExperimentsPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  status?: ExperimentStatus | null | undefined;
}>;


export type ExperimentsPageQuery = { readonly experiments: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ExperimentStatus, readonly hypothesis: string, readonly createdAt: string, readonly createdBy: string, readonly deployment: { readonly id: string } | null, readonly arms: ReadonlyArray<{ readonly arm: string, readonly share: number }>, readonly decision: { readonly ships: boolean } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type RolloutsPageQueryVariables = Exact<{
  first: number;
}>;


export type RolloutsPageQuery = { readonly rollouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: RolloutStatus, readonly step: number, readonly hypothesis: string, readonly createdAt: string, readonly deployment: { readonly id: string } | null, readonly paused: { readonly at: string } | null, readonly steps: ReadonlyArray<{ readonly number: number, readonly weight: number }> } }> } | null };

export type ShadowsPageQueryVariables = Exact<{
  first: number;
}>;


export type ShadowsPageQuery = { readonly shadows: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly status: ShadowStatus, readonly share: number, readonly startedAt: string | null, readonly deployment: { readonly id: string } | null } }> } | null };

export type HoldoutsPageQueryVariables = Exact<{
  first: number;
}>;


export type HoldoutsPageQuery = { readonly holdouts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly description: string, readonly status: HoldoutStatus, readonly unit: string, readonly namespace: string, readonly from: number, readonly to: number, readonly entry: string | null, readonly createdAt: string, readonly createdBy: string, readonly endedAt: string | null, readonly reason: string | null } }> } | null };

export const ExperimentsPage = operation<ExperimentsPageQuery, ExperimentsPageQueryVariables>(
  'query',
  'ExperimentsPage',
  `sha256:e80346098591089789763e9c329687d284c4f0dfc2369d341a67030e29334e8d`,
);

export const RolloutsPage = operation<RolloutsPageQuery, RolloutsPageQueryVariables>(
  'query',
  'RolloutsPage',
  `sha256:d3941315678fd6bacf35d9c5efc1eb5346c9d0548b402ea03bed99883e701786`,
);

export const ShadowsPage = operation<ShadowsPageQuery, ShadowsPageQueryVariables>(
  'query',
  'ShadowsPage',
  `sha256:9609c399f9369b38a63f1395ab099c24b908708f388d9575b7739e46c9fbcd11`,
);

export const HoldoutsPage = operation<HoldoutsPageQuery, HoldoutsPageQueryVariables>(
  'query',
  'HoldoutsPage',
  `sha256:21b8336cdd686f8ec7218b87fb0c7c2d7eecebceb973e99dacfeaad6500bd299`,
);

