// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Why a lineage may not be the whole truth. */
export type LineageGapReason =
  /** The mutation to wait for has not arrived in time. */
  | 'AFTER_NOT_REACHED'
  /** Something is named that no subgraph has announced. */
  | 'DANGLING_ID'
  /** There are more assets than an answer has: 2000 in lineage, 100000 in what counts or searches. */
  | 'NODE_CAP'
  /** There are, or may be, more ways than are listed. */
  | 'PATH_CAP'
  /** A subgraph does not answer, or has announced more than has arrived here. */
  | 'PRODUCER_BEHIND';

export type LineagePageQueryVariables = Exact<{
  id: string;
  depth: number;
  asOf?: string | null | undefined;
}>;


export type LineagePageQuery = { readonly up: { readonly complete: boolean, readonly truncatedBecause: ReadonlyArray<{ readonly reason: LineageGapReason, readonly detail: string }>, readonly nodes: ReadonlyArray<{ readonly id: string, readonly degree: number }>, readonly edges: ReadonlyArray<{ readonly upstream: string, readonly downstream: string, readonly relation: string }> } | null, readonly down: { readonly complete: boolean, readonly truncatedBecause: ReadonlyArray<{ readonly reason: LineageGapReason, readonly detail: string }>, readonly nodes: ReadonlyArray<{ readonly id: string, readonly degree: number }>, readonly edges: ReadonlyArray<{ readonly upstream: string, readonly downstream: string, readonly relation: string }> } | null };

export type LineageRowsQueryVariables = Exact<{
  id: string;
  depth: number;
  asOf?: string | null | undefined;
  first: number;
}>;


export type LineageRowsQuery = { readonly up: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly degree: number, readonly asset: { readonly description: string, readonly owner: string | null } | null } }> } | null, readonly down: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly degree: number, readonly asset: { readonly description: string, readonly owner: string | null } | null } }> } | null };

export type LineageRowFragment = { readonly id: string, readonly degree: number, readonly asset: { readonly description: string, readonly owner: string | null } | null };

export const LineagePage = operation<LineagePageQuery, LineagePageQueryVariables>(
  'query',
  'LineagePage',
  `sha256:732e0f3846330095d1c82faec3f9c56d64725253b18c8828a0f25d9da7b9acc8`,
);

export const LineageRows = operation<LineageRowsQuery, LineageRowsQueryVariables>(
  'query',
  'LineageRows',
  `sha256:af8862de4e8fc03793fea9afac108ad410b5649fcf981cc94e2408ca54321e15`,
);

