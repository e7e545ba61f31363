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


export type LineagePageQuery = { readonly up: { readonly complete: boolean, readonly truncatedBecause: ReadonlyArray<{ readonly reason: LineageGapReason, readonly detail: string }>, readonly nodes: ReadonlyArray<{ readonly id: string, readonly degree: number, readonly asset: { readonly description: string, readonly owner: string | null, readonly deleted: boolean } | null }>, readonly edges: ReadonlyArray<{ readonly upstream: string, readonly downstream: string, readonly relation: string }> } | null, readonly down: { readonly complete: boolean, readonly truncatedBecause: ReadonlyArray<{ readonly reason: LineageGapReason, readonly detail: string }>, readonly nodes: ReadonlyArray<{ readonly id: string, readonly degree: number, readonly asset: { readonly description: string, readonly owner: string | null, readonly deleted: boolean } | null }>, readonly edges: ReadonlyArray<{ readonly upstream: string, readonly downstream: string, readonly relation: string }> } | null };

export const LineagePage = operation<LineagePageQuery, LineagePageQueryVariables>(
  'query',
  'LineagePage',
  `sha256:051b4a1a47bd47855e5aeb4537cfc9295b35e8c5ed3933a9661c1d465281f1c6`,
);

