// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** ANSWERED: by the controls. PARTLY: with what is left to the company. NOT_ANSWERED: nothing here does. */
export type ClauseAnswer =
  | 'ANSWERED'
  | 'NOT_ANSWERED'
  | 'PARTLY';

/** How much harm a wrong answer can do. It decides which gates there are and how many people approve. */
export type RiskTier =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

export type PoliciesPageQueryVariables = Exact<{ [key: string]: never; }>;


export type PoliciesPageQuery = { readonly tierPolicies: ReadonlyArray<{ readonly id: string, readonly tier: RiskTier, readonly policy: unknown, readonly revision: number, readonly changedBy: string | null, readonly changedAt: string | null }> | null, readonly policyPresets: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly clauses: ReadonlyArray<{ readonly name: string, readonly answer: ClauseAnswer }>, readonly imported: { readonly by: string, readonly at: string, readonly reason: string } | null, readonly gaps: ReadonlyArray<{ readonly tier: RiskTier, readonly path: string }> }> | null };

export const PoliciesPage = operation<PoliciesPageQuery, PoliciesPageQueryVariables>(
  'query',
  'PoliciesPage',
  `sha256:8c1646f0f9b23b5aea56a69678618ce9bf19a55a03f058dc4bd4ba7b5ef169e9`,
);

