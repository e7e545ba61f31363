// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

export type ModelsPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ModelsPageQuery = { readonly models: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly description: string, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly versions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly version: string, readonly state: ApprovalState, readonly createdAt: string, readonly roles: ReadonlyArray<{ readonly role: ServingRole, readonly deployment: { readonly id: string } }> } }> } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const ModelsPage = operation<ModelsPageQuery, ModelsPageQueryVariables>(
  'query',
  'ModelsPage',
  `sha256:a59b726e9a362784fd2f5af441234e64917f68b405d5fff88e3752fe4928efe8`,
);

